package provider_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// oldWords are what the documentation does not say, and what it says instead. What a pattern means is plain from its examples; a
// sentence that needs the word all the same is in wordsAllowed, with the reason.
var oldWords = []struct{ pattern, instead string }{
	// Nouns and verbs of the provider's own that had no standard meaning.
	{`\b(heirs?|inherits?|inherited)\b`, "successor, receives"},
	{`\b(ledger|estate|leavers?|tally|astray|births?|handovers?|lease[sd]?|witness)\b`, "ownership snapshot, holdings, planned deletions, read policy, not transferred, key creations, hand-over, ephemeral key"},
	{`\b(foresees?|foreseen|judges?|judged)\b`, "plans, decides by"},
	{`\binert\b|\bsink\b`, "no-op provider, secret sink"},

	// Poetic verbs.
	{`\bgoes\b`, "is deleted, is removed, is transferred"},
	{`\b(go|goes|going|went) on\b`, "continues"},
	{`\bgo with (it|them)\b`, "are deleted with it"},
	{`\b(stands?|stood)\b`, "is, is set"},
	{`\banew\b`, "again"},
	{`\bfor ever\b`, "permanently"},
	{`\b(present|old) (API )?keys?\b|\bpresent (state|version)\b`, "the current key, the previous key"},
	{`\bthe (key|one) before([,.;|]|$)`, "the previous key"},
	{`\bfollowed by (another|the next)\b`, "rotated, replaced"},
	{`\bfrom when on\b`, "the time from which"},
	{`\btakes? along\b|\btakes? with (it|them)\b`, "deletes with it"},
	{`\b(lets?|letting) \w+ (in|go)\b`, "invites, removes"},
	{`\b(never lives|at birth|of no length|all is well|out of order|as it should be|gets? round to|up to them)\b`, "what is meant"},
	{`\b(runs?|ran) out\b`, "expires"},
	{`\bgood for\b`, "valid for"},
	{`\bplay with\b|\bfarewell\b`, "try, removal"},
	{`\bdemonstrably owns nothing at all\b`, "owns nothing"},
	{`\b(does|do) not count\b|\bno longer counts?\b|\bcounts although\b|\bwhat counts is\b`, "does not apply, applies although"},

	// Subjects that name nobody.
	{`\b(somebody|someone|nobody|no one|everybody|anybody|anyone)\b`, "the member, the person, the provider, JMap Cloud"},
	{`\bwho(so)?ever\b`, "the person who, a member who"},

	// Sentences that begin with their object.
	{`(^|[.:;] )Of several\b`, "A person with several … has"},
	{`(^|\. )What (?:(?:stands|is|was|has|goes|makes|made|comes|needs|loses|owns|the \w+ (?:owns|made|makes)|only|several|no|happens)\b)[^?|]*\.`, "the noun that is meant"},
	{`(^|\. )(With neither|Gone|Null once)\b[^.|]*,`, "If neither is set"},
	{`(?-i:\bAnother) [\w ]{1,30} (replaces|withdraws) |\b(another|other) one replaces\b`, "Changing `x` replaces the key"},

	// "For" that means "because".
	{`[,;] for (it|they|he|she|that|there|nothing|what|which|you|we|to Terraform)\b`, "because"},
	{`[,;] for (the|a|an|its|their|each|every|no|one) [\w' -]{1,40} (is|are|was|were|has|have|had|cannot|may|can|does|did|belongs?|knows?|needs?|decides?) `, "because"},

	// Ends and beginnings of keys.
	{`\bbefore (its|their) end\b|\bits end\b`, "its expiry"},
	{`\b(API )?(keys?|invitations?|members?) (is|are|was|were|be|been) (not )?made\b`, "created"},
	{`\bmakes? (a|an|another|the next|the new|one more|no|up to \w+) (API )?keys?\b`, "creates"},
}

// wordsAllowed are the lines that need such a word, by a part of the line.
var wordsAllowed = map[string]string{
	"the access continues after its end": "an access for a time has an end; only keys and invitations expire",
}

// The list is for what a user reads: the pages that the generator writes, which have the schemas' descriptions and the examples; what is
// in the repository's folder; and the table of faults.
func TestWords_documentationHasNoOldOnes(t *testing.T) {
	t.Parallel()
	var files []string
	for _, folder := range []string{"docs", "examples"} {
		must(t, filepath.WalkDir(filepath.Join(repository, folder), func(path string, entry fs.DirEntry, err error) error {
			if extension := filepath.Ext(path); err == nil && strings.Contains(".md .tf .hcl .sh", extension) && extension != "" {
				files = append(files, path)
			}
			return err
		}))
	}
	roots, err := filepath.Glob(repository + "/*.md")
	must(t, err)
	files = append(append(files, roots...), repository+"/internal/faults.md")
	files = slices.DeleteFunc(files, func(file string) bool {
		return strings.HasPrefix(filepath.Base(file), "fr-") || strings.HasSuffix(file, ".fr.md") // in French, where other words are old
	})
	if len(files) < 60 {
		t.Errorf("only %d files were found", len(files))
	}
	used := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		for _, f := range oldWordsIn(string(text), filepath.Ext(file) == ".md", used) {
			t.Errorf("%s:%d: %q: say %s", strings.TrimPrefix(file, repository+"/"), f.line, f.word, f.instead)
		}
	}
	for part, reason := range wordsAllowed {
		if !used[part] {
			t.Errorf("no line needs the exception %q (%s)", part, reason)
		}
	}
}

// inlineCode is a name, a message or a value.
var inlineCode = regexp.MustCompile("`[^`]+`")

type oldWord struct {
	line          int
	word, instead string
}

var oldPatterns = func() (all []*regexp.Regexp) {
	for _, w := range oldWords {
		all = append(all, regexp.MustCompile(`(?i)`+w.pattern))
	}
	return all
}()

// oldWordsIn looks at prose and at comments of HCL. What a program prints or runs is not ours to word.
func oldWordsIn(text string, isPage bool, used map[string]bool) []oldWord {
	var all []oldWord
	fence := ""
	for i, line := range strings.Split(text, "\n") {
		if language, is := strings.CutPrefix(strings.TrimSpace(line), "```"); is && isPage {
			if fence == "" {
				fence = language + "```"
			} else {
				fence = ""
			}
			continue
		}
		if fence != "" && fence != "terraform```" || isPage && strings.HasPrefix(line, "<!--") {
			continue
		}
		prose := inlineCode.ReplaceAllString(line, "`…`")
		for n, pattern := range oldPatterns {
			if word := pattern.FindString(prose); word != "" && !isAllowed(line, used) {
				all = append(all, oldWord{i + 1, strings.TrimSpace(word), oldWords[n].instead})
			}
		}
	}
	return all
}

func isAllowed(line string, used map[string]bool) bool {
	allowed := false
	for part := range wordsAllowed {
		if strings.Contains(line, part) {
			used[part], allowed = true, true
		}
	}
	return allowed
}

func TestWords_oldOnesAreFound(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"When the block goes, so does her access.", "Somebody is there.", "It is made anew.", "deleted for ever", "Of several invitations the last is used.",
		"It is not renewed, for it must outlast the run.", "Another role replaces the key.", "What is set in the block wins.", "The key was made by Ada.",
		"```terraform\n# Whoever leaves\n```", "A key, for the cloud is slow.", "The heir receives it.",
	} {
		if len(oldWordsIn(text, true, map[string]bool{})) == 0 {
			t.Errorf("%q passes", text)
		}
	}
	for _, text := range []string{"```text\nSomebody\n```", "A duration, for the next rotation.", "What is it?", "It continues.", "| what is owned | x |"} {
		if found := oldWordsIn(text, true, map[string]bool{}); len(found) > 0 {
			t.Errorf("%q: %v", text, found)
		}
	}
}

// mailGoesOut is how mails are spoken of everywhere.
var mailGoesOut = regexp.MustCompile(`mail goes out`)

// What the provider says to its user: every text of more than a few words in its code.
func TestWords_messagesHaveNoOldOnes(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	must(t, err)
	seen := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		parsed, err := parser.ParseFile(fset, file, nil, 0)
		must(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			if literal, is := n.(*ast.BasicLit); is && literal.Kind == token.STRING {
				text, err := strconv.Unquote(literal.Value)
				must(t, err)
				if strings.Count(text, " ") < 3 {
					return true
				}
				seen++
				for _, w := range oldWordsIn(mailGoesOut.ReplaceAllString(text, "mail is sent"), false, map[string]bool{}) {
					t.Errorf("%s: %q: say %s", fset.Position(literal.Pos()), w.word, w.instead)
				}
			}
			return true
		})
	}
	if seen < 200 {
		t.Errorf("only %d texts were found", seen)
	}
}
