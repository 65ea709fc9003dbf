package provider_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A page of the documentation is a story: its blocks are tried from the first to the last, in one folder, against one cloud. What a
// reader would do without being shown a command, and what a block needs to be tried, stands in comments that no reader sees:
//
//	<!-- file: main.tf -->           the next block is this file; by itself, a block of HCL is one more file
//	<!-- fails -->                   the commands of the next block, or the next "do", fail
//	<!-- elsewhere: cloud.env -->    the next block runs in another terminal, and has started when this file has text
//	<!-- from: 1.14 -->              the next block wants this version of the CLI
//	<!-- not run: why -->            the next block is not tried
//	<!-- do: command -->             what the text tells the reader to do
//	<!-- meanwhile: what happens --> what other people do, or time; a function in guideWorlds does it
//	<!-- story: name from 1.11 -->   another folder and another cloud from here on
type page struct {
	name    string // such as "docs/guides/onboarding"
	stories []*story
}

type story struct {
	page, name string
	from       int // the minor version of the CLI that it wants
	steps      []pageStep
}

// pageStep is a block of a page, or what a comment says.
type pageStep struct {
	line     int
	language string // of the block; "do" or "meanwhile" for a comment
	text     string
	file     string // the name that a block of HCL has, or the file that says that a program is up
	fails    bool
	is       string // "elsewhere", or empty
	from     int
	notRun   string
}

var (
	pageFence   = regexp.MustCompile("^( *)```(\\w*)$")
	pageComment = regexp.MustCompile(`^<!-- (not run|file|fails|elsewhere|from|do|meanwhile|story)(?:: (.+?))? -->$`)
	pageStory   = regexp.MustCompile(`^(\S+?)(?: from 1\.(\d+))?$`)
)

const repository = "../.."

// pages reads all pages: those that the generator wrote, and those of the repository.
func pages(t *testing.T) []page {
	t.Helper()
	var files []string
	must(t, filepath.WalkDir(repository+"/docs", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".md" {
			files = append(files, path)
		}
		return err
	}))
	roots, err := filepath.Glob(repository + "/*.md")
	must(t, err)
	if len(files) < 20 || len(roots) < 2 {
		t.Fatalf("only %d and %d pages", len(files), len(roots))
	}
	var all []page
	for _, file := range append(files, roots...) {
		text, err := os.ReadFile(file)
		must(t, err)
		name, err := filepath.Rel(repository, file)
		must(t, err)
		p, err := parsePage(strings.TrimSuffix(filepath.ToSlash(name), ".md"), string(text))
		if err != nil {
			t.Errorf("%s.md:%v", name, err)
			continue
		}
		all = append(all, p)
	}
	return all
}

func parsePage(name, text string) (page, error) {
	p := page{name: name, stories: []*story{{page: name}}}
	var next pageStep // what the comments before a block say of it
	var block *pageStep
	for i, line := range strings.Split(text, "\n") {
		current := p.stories[len(p.stories)-1]
		fence, comment := pageFence.FindStringSubmatch(line), pageComment.FindStringSubmatch(line)
		switch {
		case block != nil && strings.TrimSpace(line) == "```":
			current.steps, block, next = append(current.steps, *block), nil, pageStep{}
		case block != nil:
			block.text += line + "\n"
		case fence != nil:
			next.line, next.language = i+1, fence[2]
			if !slices.Contains([]string{"terraform", "shell", "text", "yaml", "mermaid"}, fence[2]) && next.notRun == "" || fence[1] != "" {
				return p, fmt.Errorf("%d: nobody knows how to try a block of %q; say why it is not run", i+1, fence[2])
			}
			block = &next
		case strings.HasPrefix(line, "<!--") && comment == nil:
			return p, fmt.Errorf("%d: this comment says nothing that a test understands", i+1)
		case comment != nil:
			var err error
			if next, err = current.comment(&p, next, i+1, comment[1], comment[2]); err != nil {
				return p, err
			}
		case line != "" && (next != pageStep{}):
			return p, fmt.Errorf("%d: the comment before belongs to a block", i+1)
		}
	}
	if block != nil || (next != pageStep{}) {
		return p, fmt.Errorf("the last block does not end")
	}
	return p, nil
}

// comment adds to what is said of the next block, or is a step of its own.
func (s *story) comment(p *page, next pageStep, line int, is, text string) (pageStep, error) {
	switch is {
	case "not run":
		if len(strings.Fields(text)) < 3 {
			return next, fmt.Errorf("%d: a reason has more words", line)
		}
		next.notRun = text
	case "file":
		next.file = text
	case "fails":
		next.fails = true
	case "elsewhere":
		next.is, next.file = is, text
	case "from":
		if _, err := fmt.Sscanf(text, "1.%d", &next.from); err != nil {
			return next, fmt.Errorf("%d: a version is 1 and something", line)
		}
	case "do", "meanwhile":
		next.line, next.language, next.text = line, is, text
		s.steps = append(s.steps, next)
		return pageStep{}, nil
	case "story":
		said := pageStory.FindStringSubmatch(text)
		if said == nil {
			return next, fmt.Errorf("%d: a story has a name", line)
		}
		started := &story{page: p.name, name: said[1]}
		_, _ = fmt.Sscanf(said[2], "%d", &started.from)
		p.stories = append(p.stories, started)
	}
	return next, nil
}

// Who reads a page must be able to do what it shows, or be told why a test does not.
func TestPages_everyBlockIsTriedOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	tried, not := 0, 0
	for _, p := range pages(t) {
		for _, s := range p.stories {
			if s.name == "" && len(s.steps) == 0 && len(p.stories) == 1 {
				t.Logf("%s shows nothing", p.name)
			}
			for _, b := range s.steps {
				if b.notRun != "" {
					t.Logf("%s:%d is not run: %s", p.name, b.line, b.notRun)
					not++
				} else {
					tried++
				}
			}
		}
	}
	t.Logf("%d blocks and steps are tried, %d are not", tried, not)
	if not > tried/5 {
		t.Error("too many blocks are not tried")
	}
}

func TestPages_badMarksAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"```go\nx\n```\n", "```\nx\n```\n", "```shell\nx\n", " ```shell\nx\n ```\n", "<!-- do it -->\n", "<!-- note: x -->\n",
		"<!-- fails -->\nprose\n", "<!-- not run: no -->\n```go\nx\n```\n", "<!-- from: 2.0 -->\n```shell\nx\n```\n", "<!-- fails -->\n",
	} {
		if _, err := parsePage("page", text); err == nil {
			t.Errorf("%q passes", text)
		}
	}
	for _, text := range []string{"```shell\nx\n```\n", "<!-- not run: it needs Go -->\n\n```go\nx\n```\n", "<!-- fails -->\n<!-- do: x -->\nprose\n"} {
		if _, err := parsePage("page", text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// pageLink is a link to another page or to a part of one.
var pageLink = regexp.MustCompile(`\]\(([^)\s]*)\)`)

func TestPages_linksLeadSomewhere(t *testing.T) {
	t.Parallel()
	for _, p := range pages(t) {
		text, err := os.ReadFile(filepath.Join(repository, p.name+".md"))
		must(t, err)
		for _, link := range pageLink.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(link[1], "://") {
				continue
			}
			to, anchor, _ := strings.Cut(link[1], "#")
			file := filepath.Join(repository, filepath.Dir(p.name), to)
			if to == "" {
				file = filepath.Join(repository, p.name+".md")
			}
			target, err := os.Stat(file)
			if err != nil {
				t.Errorf("%s links to %s: %v", p.name, link[1], err)
			} else if anchor != "" && !target.IsDir() && !hasHeading(t, file, anchor) {
				t.Errorf("%s links to %s, which has no such heading", p.name, link[1])
			}
		}
	}
}

var (
	pageHeading  = regexp.MustCompile(`(?m)^#+ (.+)$|<a id="([^"]+)"`)
	notInAnchors = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

func hasHeading(t *testing.T, file, anchor string) bool {
	t.Helper()
	text, err := os.ReadFile(file)
	must(t, err)
	for _, h := range pageHeading.FindAllStringSubmatch(string(text), -1) {
		if strings.ReplaceAll(notInAnchors.ReplaceAllString(strings.ToLower(h[1]), ""), " ", "-") == anchor || h[2] == anchor {
			return true
		}
	}
	return false
}
