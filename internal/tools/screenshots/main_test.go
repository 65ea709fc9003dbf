package main

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/tools/browser"
)

// A digest has to be the same from run to run, or no picture would ever be of today's page.
func TestScene_digestIsThatOfThePage(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	digest := func(s scene) string {
		t.Helper()
		page, err := s.show(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		page.close()
		return page.digest
	}
	for name, s := range scenes {
		first := digest(s)
		if digest(s) != first {
			t.Errorf("the page of %s is another one each time", name)
		}
		if seen[first] {
			t.Errorf("the page of %s is that of another scene", name)
		}
		seen[first] = true
	}
	renamed := digest(scene{language: "en", fill: func(cloud *simulator.Server) (string, error) {
		path, err := scenes["drift"].fill(cloud)
		if err == nil {
			err = cloud.RenameOrganization(cloud.Account().OrganizationID, "Renamed")
		}
		return path, err
	}})
	if seen[renamed] {
		t.Error("another page has the same digest")
	}
}

func TestPictures_ofTheGuidesAreOfTodaysPage(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("../../..", home)
	if err := stale(t.Context(), folder); err != nil {
		browser.ForTest(t) // where there is none, no picture can be taken again
		t.Error(err)
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != len(scenes) {
		t.Errorf("%d files for %d scenes: %v", len(files), len(scenes), err)
	}
	for _, file := range files {
		info, err := file.Info()
		if err != nil || info.Size() > 150_000 {
			t.Errorf("%s is too large for a page: %v", file.Name(), err)
		}
	}
}

func TestPictures_carryTheDigestOfTheirPage(t *testing.T) {
	t.Parallel()
	browser.ForTest(t)
	folder := t.TempDir()
	if err := take(t.Context(), folder, 800, false); err != nil {
		t.Fatal(err)
	}
	if err := stale(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	for name, s := range scenes {
		file := picture(folder, name)
		whole, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		image, err := png.Decode(bytes.NewReader(whole))
		if err != nil || image.Bounds().Dx() != int(scale*float64(800+s.wider)) || image.Bounds().Dy() < scale*300 {
			t.Fatalf("%s: %v", name, err)
		}
		if err := os.WriteFile(file, bytes.Replace(whole, []byte("Source\x00"), []byte("Source\x00x"), 1), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := stale(t.Context(), folder); err == nil {
			t.Fatalf("the picture of %s is of no page", name)
		}
		if err := os.WriteFile(file, whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
