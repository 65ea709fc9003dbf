package simulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Dialect is one way in which the real cloud may differ from the contract: in a name or a rule that K2 does not publish. A dialect breaks
// the contract on purpose, so what checks exchanges against the contract reports it.
type Dialect struct {
	Name  string // for Speak
	About string // the part of the cloud that it touches, such as "API keys"
	Says  string // in one sentence, what the cloud does then
	// Number is the default of what may follow the name after a colon, as in "resource-lists-keep-oldest:3"; 0 where nothing may.
	Number int
}

// dialect is one row of the table. A row without functions is asked for by the rules, with speaks.
type dialect struct {
	Dialect
	lacks   func(pattern string) bool // what is not at its path
	rewrite func(*reply)              // changes what the rules answered
}

// spoken are the dialects of all tables in the order in which they rewrite an answer: first what an answer says, then how it says it.
var spoken = slices.Concat(ownershipDialects, permissionForms, answerDialects, listForms)

// Dialects returns every dialect that the cloud speaks on demand, those about one part of the cloud beside each other.
func Dialects() []Dialect {
	var parts []string
	for _, d := range spoken {
		if !slices.Contains(parts, d.About) {
			parts = append(parts, d.About)
		}
	}
	all := make([]Dialect, 0, len(spoken))
	for _, part := range parts {
		for _, d := range spoken {
			if d.About == part {
				all = append(all, d.Dialect)
			}
		}
	}
	return all
}

// Speak makes the cloud speak these dialects and no other; without a name it speaks as the contract says again. Where two contradict each
// other, the one that Dialects lists first holds. The Go methods that tell who is there and who owns what go on telling the truth.
func (s *Server) Speak(names ...string) error {
	speaking := map[string]int{}
	for _, name := range names {
		plain, number, numbered := strings.Cut(name, ":")
		i := slices.IndexFunc(spoken, func(d dialect) bool { return d.Name == plain })
		if i < 0 {
			return fmt.Errorf("there is no dialect %q", plain)
		}
		speaking[plain] = spoken[i].Number
		if !numbered {
			continue
		}
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || spoken[i].Number == 0 {
			return fmt.Errorf("the dialect %q cannot have the number %q", plain, number)
		}
		speaking[plain] = n
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.speaking = speaking
	return nil
}

// FinishLater does at once what a dialect does later: see the dialects transfer-later and deletion-later.
func (s *Server) FinishLater() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.finishLater()
}

func (s *Server) finishLater() {
	s.purge()
	for len(s.later) > 0 {
		s.catchUp()()
	}
}

// catchUp returns what does all that was put off until now.
func (s *Server) catchUp() func() {
	due := s.later
	s.later = nil
	return func() {
		for _, do := range due {
			do()
		}
	}
}

// speaks wants s.mu held.
func (s *Server) speaks(name string) bool {
	_, is := s.speaking[name]
	return is
}

// lacks is true of an operation that a dialect has elsewhere.
func (s *Server) lacks(pattern string) bool {
	for _, d := range spoken {
		if d.lacks != nil && s.speaks(d.Name) && d.lacks(pattern) {
			return true
		}
	}
	return false
}

// reply is what the rules answered, for dialects to rewrite.
type reply struct {
	*call
	cloud  *Server
	number int // of the dialect
	status int
	result any  // as JSON decodes it
	empty  bool // without a body
}

// rewritten is the answer in the dialects that the cloud speaks.
func (s *Server) rewritten(c *call, status int, body any) (int, any) {
	var rows []dialect
	for _, d := range spoken {
		if d.rewrite != nil && s.speaks(d.Name) {
			rows = append(rows, d)
		}
	}
	if rows == nil {
		return status, body
	}
	r := &reply{call: c, cloud: s, status: status}
	said, isSuccess := body.(envelope)
	if isSuccess {
		r.result = decoded(said.Result)
	}
	for _, d := range rows {
		r.number = s.speaking[d.Name]
		d.rewrite(r)
	}
	switch {
	case r.empty:
		return r.status, nothing{}
	case r.status >= http.StatusBadRequest && !isSuccess:
		return status, body
	case r.status >= http.StatusBadRequest:
		return r.status, refusal{Message: http.StatusText(r.status)}
	}
	return r.status, envelope{cmp.Or(said.Message, "OK"), r.result}
}

// decoded is a value as its reader would see it.
func decoded(value any) any {
	encoded, err := json.Marshal(value)
	if err != nil {
		panic(err) // every body is made of strings
	}
	var tree any
	if err := json.Unmarshal(encoded, &tree); err != nil {
		panic(err) // it was encoded just now
	}
	return tree
}

type object = map[string]any

func (r *reply) succeeded() bool { return r.status < http.StatusMultipleChoices }

// is compares the operation with "METHOD /the/end/of/its/path"; the method * is any.
func (r *reply) is(operations ...string) bool { return among(r.Pattern, operations...) }

func among(pattern string, operations ...string) bool {
	method, path, _ := strings.Cut(pattern, " ")
	return slices.ContainsFunc(operations, func(operation string) bool {
		wanted, end, _ := strings.Cut(operation, " ")
		return (wanted == "*" || wanted == method) && strings.HasSuffix(path, end)
	})
}

// objects yields the object of a success, or each of its list, if the operation speaks of the noun, the path's own word for it.
func (r *reply) objects(noun string) iter.Seq[object] {
	return func(yield func(object) bool) {
		if !r.succeeded() || nounOf(r.Pattern) != noun {
			return
		}
		switch result := r.result.(type) {
		case object:
			yield(result)
		case []any:
			for _, one := range result {
				if o, is := one.(object); is && !yield(o) {
					return
				}
			}
		}
	}
}

// nounOf is the last word of a path that is no parameter and not self, such as "members" or "permissions".
func nounOf(pattern string) string {
	segments := strings.Split(pattern, "/")
	for _, segment := range slices.Backward(segments) {
		if segment != "self" && !strings.HasPrefix(segment, "{") {
			return segment
		}
	}
	return ""
}

// elsewhere is true of every operation below the word, as if the cloud had it at another path.
func elsewhere(word string) func(string) bool {
	return func(pattern string) bool { return strings.Contains(pattern+"/", "/"+word+"/") }
}
