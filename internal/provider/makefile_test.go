package provider_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The first pass of make test skips the enumerations in every package; the second runs them in those that it names. No test may be in neither.
func TestMakefile_everyEnumerationIsRun(t *testing.T) {
	t.Parallel()
	makefile, err := os.ReadFile(repository + "/GNUmakefile")
	must(t, err)
	said := regexp.MustCompile(`(?m)^ENUMERATIONS := \^(.+)$`).FindSubmatch(makefile)
	run := regexp.MustCompile(`-run '\$\(WITH_CLI\)\|\$\(ENUMERATIONS\)' (\S+(?: \./\S+)*)`).FindSubmatch(makefile)
	if said == nil || run == nil {
		t.Fatal("the makefile names no enumerations, or no packages of theirs")
	}
	packages, enumeration, found := strings.Fields(string(run[1])), regexp.MustCompile(`(?m)^func `+string(said[1])+`\w*\(t \*testing`), 0
	must(t, filepath.WalkDir(repository+"/internal", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		in, err := filepath.Rel(repository, filepath.Dir(path))
		for _, test := range enumeration.FindAllString(string(text), -1) {
			found++
			if !slices.Contains(packages, "./"+filepath.ToSlash(in)) {
				t.Errorf("%s: no pass of make test runs %s)", path, test)
			}
		}
		return err
	}))
	if found < 10 {
		t.Errorf("only %d enumerations were found", found)
	}
}
