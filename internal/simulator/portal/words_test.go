package portal

import "testing"

func TestWords_areThereInEveryLanguage(t *testing.T) {
	t.Parallel()
	for key, said := range words {
		for i, text := range said {
			if text == "" {
				t.Errorf("%s has no words in %s", key, languageCodes[i])
			}
		}
	}
}
