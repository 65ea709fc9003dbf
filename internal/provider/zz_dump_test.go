package provider_test
import ("testing";"fmt";"maps";"slices";"time";"sort")
var _ = maps.Keys[map[int]int]
var _ = slices.Sort[[]int]


func TestZZDump(t *testing.T) {
	var stateNames []string; for k := range states { stateNames = append(stateNames,k)}; sort.Strings(stateNames)
	var ev []string; for k := range events { ev = append(ev,k)}; sort.Strings(ev)
	start := time.Now(); n := 0
	for _, ty := range []string{member, invitation} { for _, st := range stateNames { for _, e := range ev {
		t.Run(ty+"/"+st+"/"+e, func(t *testing.T){
			s := begin(t, ty, st)
			if err := events[e](s); err != nil { return }
			n++
			p := s.plan(t)
			mails, d := s.apply(t, p)
			fmt.Printf("%s | %s | %s | %s %d %s %q ERR %s WARN %q\n", ty, st, e, p.does, mails, s.status(t), p.says, d.errors(), d.warnings())
			if !d.hasError() { s.settle(t, 0) } else { fmt.Println("   settle"); s.settle(t,1) }
		})
	}}}
	fmt.Println(n, time.Since(start))
}
