package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestConfiguration_linesComeAndGo(t *testing.T) {
	t.Parallel()
	c := &cli{folder: t.TempDir()}
	file := filepath.Join(c.folder, "team.tf")
	if err := os.WriteFile(file, []byte("ada\nbruno\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{c.addLine("team.tf", "ada", "dora\n"), c.dropLine("team.tf", "bruno")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "ada\ndora\n" {
		t.Errorf("%q, %v", text, err)
	}
	if err := c.dropLine("team.tf", "carla"); err == nil {
		t.Error("a line that is not there was dropped")
	}
}

func TestProvider_fileNamesItsVersion(t *testing.T) {
	t.Parallel()
	if err := install(t.TempDir(), "registry.terraform.io", "bin/terraform-provider-jmapcloud"); err == nil {
		t.Error("a provider without a version was installed")
	}
}

func TestText_readsAsOneLine(t *testing.T) {
	t.Parallel()
	if framed := "╷\n│ Warning: one\n│ resource\n╵\n"; !reads(framed, "Warning: one resource") || reads(framed, "two") {
		t.Error("a framed text is misread")
	}
}
