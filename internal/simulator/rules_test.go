package simulator

import "testing"

func TestFold_takesNoTwoPeopleForOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"Ana@example.com", "aNA@EXAMPLE.com", true},
		{"é@example.com", "E\u0301@example.com", true},
		{"a@bücher.example", "a@XN--BCHER-KVA.example", true},
		{"strauß@example.com", "STRAUẞ@example.com", true},
		{"strauß@example.com", "strauss@example.com", false},
		{"ſam@example.com", "sam@example.com", false},
		{"İpek@example.com", "i\u0307pek@example.com", true},
		{"İpek@example.com", "ipek@example.com", false},
	} {
		if got := fold(c.a) == fold(c.b); got != c.same {
			t.Errorf("%s and %s: same is %t", c.a, c.b, got)
		}
	}
}
