package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const pictures = "../../../examples/pictures"

func TestDiagrams_areDrawnFromTheirText(t *testing.T) {
	t.Parallel()
	sources, err := filepath.Glob(pictures + "/*.d2")
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := filepath.Glob(pictures + "/*.svg")
	if err != nil || len(drawn) != len(sources) || len(sources) < 4 {
		t.Fatalf("%d pictures of %d texts: %v", len(drawn), len(sources), err)
	}
	for _, source := range sources {
		text, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := os.ReadFile(strings.TrimSuffix(source, ".d2") + ".svg")
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(picture, []byte(sum(text))) {
			t.Errorf("%s has changed since its picture was drawn: make diagrams", source)
		}
		if !bytes.Contains(picture, []byte("prefers-color-scheme:dark")) {
			t.Errorf("the picture of %s has no colours for the dark mode", source)
		}
	}
}

func TestDiagrams_haveAFontWhereTheirsIsNotAllowed(t *testing.T) {
	t.Parallel()
	got := finish([]byte(".text {\n\tfont-family: \"d2-1-font\";\n}\n@font-face {\n\tfont-family: d2-1-font;\n\tsrc: x;\n}\n"), nil)
	if !bytes.Contains(got, []byte(`"d2-1-font", "Source Sans Pro", Arial`)) || !bytes.Contains(got, []byte("font-family: d2-1-font;\n\tsrc")) {
		t.Errorf("%s", got)
	}
}
