package provider_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// french is each page that is there in French, and the English one that it follows.
var french = map[string]string{
	"README.fr":                      "README",
	"docs/guides/fr-getting-started": "docs/guides/getting-started",
	"docs/guides/fr-offboarding":     "docs/guides/offboarding",
	"docs/guides/fr-rotating-keys":   "docs/guides/rotating-keys",
	"docs/guides/fr-troubleshooting": "docs/guides/troubleshooting",
}

// blockComment is what a French page says in French within a block.
var blockComment = regexp.MustCompile(`(?m) *# .*$`)

// What a reader is told to do in French is what was tried in English: the same blocks, in the same order, with the same marks.
func TestFrench_pagesHaveTheBlocksOfTheEnglishOnes(t *testing.T) {
	t.Parallel()
	blocks := map[string][]pageStep{}
	for _, p := range pages(t) {
		for _, s := range p.stories {
			for _, b := range append([]pageStep{{language: "story", text: s.name, from: s.from}}, s.steps...) {
				b.line = 0
				if b.language == "terraform" || b.language == "shell" {
					b.text = blockComment.ReplaceAllString(b.text, "")
				}
				blocks[p.name] = append(blocks[p.name], b)
			}
		}
	}
	for page, original := range french {
		theirs, ours := blocks[original], blocks[page]
		if len(theirs) < 2 {
			t.Errorf("%s has no blocks", original)
		}
		if len(ours) != len(theirs) {
			t.Errorf("%s has %d blocks and steps, %s %d", page, len(ours), original, len(theirs))
		}
		for i := range min(len(ours), len(theirs)) {
			if ours[i] != theirs[i] {
				t.Errorf("block %d of %s is\n%+v\nbut in %s\n%+v", i, page, ours[i], original, theirs[i])
				break
			}
		}
	}
	for page := range blocks {
		if strings.HasPrefix(page, "docs/guides/fr-") && french[page] == "" {
			t.Errorf("no test knows which English page %s follows", page)
		}
	}
}

// pageShape is what a page has, apart from its words: a heading of some level, a callout, a row of a table.
var pageShape = regexp.MustCompile(`^(?:#+ |[-~!]> |\|)`)

// A section, a warning or a row that is new in English is missing in French.
func TestFrench_pagesHaveTheSectionsOfTheEnglishOnes(t *testing.T) {
	t.Parallel()
	for page, original := range french {
		if page == "README.fr" {
			continue // which sends the reader to the English one for what there is in English only
		}
		ours, theirs := shapeOf(t, page), shapeOf(t, original)
		// The French pages have one callout more, which says that the messages are in English; troubleshooting says so in its text.
		ours = slices.DeleteFunc(ours, func(line string) bool { return strings.Contains(line, "(fr-troubleshooting.md) explique chacun") })
		for i := range max(len(ours), len(theirs)) {
			if i >= len(ours) || i >= len(theirs) || pageShape.FindString(ours[i]) != pageShape.FindString(theirs[i]) {
				t.Errorf("%s goes another way than %s from here on:\n%q\n%q", page, original, ours[min(i, len(ours)):], theirs[min(i, len(theirs)):])
				break
			}
		}
	}
}

func shapeOf(t *testing.T, page string) []string {
	t.Helper()
	text, err := os.ReadFile(repository + "/" + page + ".md")
	must(t, err)
	var shape []string
	inBlock := false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "```") {
			inBlock = !inBlock
		}
		if !inBlock && pageShape.MatchString(line) {
			shape = append(shape, line)
		}
	}
	return shape
}

// Every message has its row in English, as another test sees to, and so in French.
func TestFrench_troubleshootingHasTheSameMessages(t *testing.T) {
	t.Parallel()
	rows := func(page string) [][]string {
		text, err := os.ReadFile(repository + "/templates/guides/" + page + ".md")
		must(t, err)
		return messageRows(string(text))
	}
	theirs, ours := rows("troubleshooting"), rows("fr-troubleshooting")
	if len(theirs) < 80 || len(ours) != len(theirs) {
		t.Errorf("%d messages in French, %d in English", len(ours), len(theirs))
	}
	for i := range min(len(ours), len(theirs)) {
		switch {
		case len(ours[i]) != 3 || strings.TrimSpace(ours[i][1]) == "" || strings.TrimSpace(ours[i][2]) == "":
			t.Errorf("the row of %q has not a cause and what to do", ours[i][0])
		case ours[i][0] != theirs[i][0]:
			t.Fatalf("row %d is of %q in French, of %q in English", i+1, ours[i][0], theirs[i][0])
		case ours[i][1] == theirs[i][1] || ours[i][2] == theirs[i][2]:
			t.Errorf("the row of %q is not in French", ours[i][0])
		}
	}
}
