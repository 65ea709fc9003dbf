package main_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// dist is the folder with what goreleaser made, and the version in its names; make snapshot sets both.
func dist(t *testing.T) (folder, version string) {
	t.Helper()
	folder, version = os.Getenv("RELEASE_DIST"), os.Getenv("RELEASE_VERSION")
	if folder == "" {
		t.Skip("RELEASE_DIST is not set: make snapshot makes what this test looks at")
	}
	return folder, version
}

func read(t *testing.T, elements ...string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// The registries read the protocol from it.
func TestRelease_manifestSaysProtocol6(t *testing.T) {
	t.Parallel()
	var manifest struct {
		Version  int
		Metadata struct {
			Protocols []string `json:"protocol_versions"`
		}
	}
	if err := json.Unmarshal(read(t, "terraform-registry-manifest.json"), &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Version != 1 || !slices.Equal(manifest.Metadata.Protocols, []string{"6.0"}) {
		t.Errorf("the manifest is %+v", manifest)
	}
}

// A registry takes a release whose sums name each archive and the manifest.
func TestRelease_sumsAreOfWhatIsPublished(t *testing.T) {
	t.Parallel()
	folder, version := dist(t)
	prefix := "terraform-provider-jmapcloud_" + version
	published := map[string]string{} // the name in the release, and the file
	for _, pattern := range []string{"*.zip", "*.tar.gz", "*.sbom.json"} {
		files, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil || len(files) == 0 && pattern != "*.sbom.json" { // which only the workflow makes
			t.Fatalf("%s: %v %v", pattern, files, err)
		}
		for _, file := range files {
			published[filepath.Base(file)] = file
		}
	}
	published[prefix+"_manifest.json"] = "terraform-registry-manifest.json"

	sums := map[string]string{}
	for line := range strings.Lines(string(read(t, folder, prefix+"_SHA256SUMS"))) {
		sum, name, found := strings.Cut(strings.TrimSpace(line), "  ")
		if !found {
			t.Errorf("the sums have the line %q", line)
		}
		sums[name] = sum
	}
	for name, file := range published {
		if want := fmt.Sprintf("%x", sha256.Sum256(read(t, file))); sums[name] != want {
			t.Errorf("%s has the sum %q, want %s", name, sums[name], want)
		}
	}
	if len(sums) != len(published) {
		t.Errorf("the sums are of %d files, published are %d", len(sums), len(published))
	}
}

// The registries want each zip to be named for its platform, with one program in it that is named for its version.
func TestRelease_archivesHaveTheNamesThatRegistriesWant(t *testing.T) {
	t.Parallel()
	folder, version := dist(t)
	zips, err := filepath.Glob(filepath.Join(folder, "*.zip"))
	if err != nil {
		t.Fatal(err)
	}
	here := false
	for _, file := range zips {
		name := filepath.Base(file)
		platform, matches := strings.CutPrefix(strings.TrimSuffix(name, ".zip"), "terraform-provider-jmapcloud_"+version+"_")
		goos, goarch, two := strings.Cut(platform, "_")
		if !matches || !two || strings.Contains(goarch, "_") {
			t.Errorf("%s is no name that a registry takes", name)
		}
		program := "terraform-provider-jmapcloud_v" + version
		built := program
		if goos == "windows" {
			program += ".exe"
		}
		content := unzipped(t, file)
		if got := slices.Sorted(maps.Keys(content)); !slices.Equal(got, []string{"CHANGELOG.md", "LICENSE", program}) {
			t.Errorf("%s holds %q", name, got)
		}
		if goos == runtime.GOOS && goarch == runtime.GOARCH {
			here = true
			if !bytes.Equal(content[program], read(t, "bin", built)) {
				t.Errorf("%s holds another program than make build makes", name)
			}
		}
	}
	if !here {
		t.Errorf("nothing is for this platform among %v", zips)
	}
}

func TestRelease_simulatorIsAnArchiveOfItsOwn(t *testing.T) {
	t.Parallel()
	folder, version := dist(t)
	file := filepath.Join(folder, fmt.Sprintf("jmapcloud-simulator_%s_%s_%s.tar.gz", version, runtime.GOOS, runtime.GOARCH))
	packed, err := gzip.NewReader(bytes.NewReader(read(t, file)))
	if err != nil {
		t.Fatal(err)
	}
	content := map[string][]byte{}
	for archive := tar.NewReader(packed); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err = cmp.Or(err, keep(content, header.Name, archive)); err != nil {
			t.Fatal(err)
		}
	}
	if got := slices.Sorted(maps.Keys(content)); !slices.Equal(got, []string{"CHANGELOG.md", "LICENSE", "jmapcloud-simulator"}) {
		t.Errorf("it holds %q", got)
	}
}

func unzipped(t *testing.T, file string) map[string][]byte {
	t.Helper()
	archive, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	content := map[string][]byte{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if err := keep(content, f.Name, r); err != nil {
			t.Fatal(err)
		}
	}
	return content
}

func keep(content map[string][]byte, name string, r io.Reader) (err error) {
	content[name], err = io.ReadAll(r)
	return err
}

var (
	uses   = regexp.MustCompile(`(?m)^\s*(?:- )?uses: (.+)$`)
	pinned = regexp.MustCompile(`^(\./|[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)`)
)

// A tag can be moved to other code; a commit cannot.
func TestRelease_workflowsUseActionsByTheirCommit(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(".github/workflows/*.yml")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range files {
		text := read(t, file)
		if !bytes.Contains(text, []byte("\npermissions:\n  contents: read\n")) {
			t.Errorf("%s does not begin with the right to read and no other", file)
		}
		for _, found := range uses.FindAllSubmatch(text, -1) {
			n++
			if !pinned.Match(found[1]) {
				t.Errorf("%s uses %s", file, found[1])
			}
		}
	}
	if n < 10 {
		t.Errorf("only %d actions were found", n)
	}
}

var (
	toolDirective = regexp.MustCompile(`(?m)^(?:tool |\t)([\w.-]+\.[\w.-]+/[\w./-]+)$`)
	dependency    = regexp.MustCompile(`dependency-name: (\S+)`)
)

// Dependabot raises a program of a tool directive only where its file names the module and the folder.
func TestRelease_outsideProgramsAreRaised(t *testing.T) {
	t.Parallel()
	config := string(read(t, ".github/dependabot.yml"))
	var named []string
	for _, found := range dependency.FindAllStringSubmatch(config, -1) {
		named = append(named, found[1])
	}
	n := 0
	err := filepath.WalkDir("internal/tools/pinned", func(path string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Base(path) != "go.mod" {
			return err
		}
		if folder := "/" + filepath.ToSlash(filepath.Dir(path)); !regexp.MustCompile(regexp.QuoteMeta(folder) + `[],]`).MatchString(config) {
			t.Errorf("Dependabot does not look into %s", folder)
		}
		for _, tool := range toolDirective.FindAllStringSubmatch(string(read(t, path)), -1) {
			n++
			if !slices.ContainsFunc(named, func(module string) bool { return tool[1] == module || strings.HasPrefix(tool[1], module+"/") }) {
				t.Errorf("Dependabot does not raise %s of %s", tool[1], path)
			}
		}
		return nil
	})
	if err != nil || n < 8 {
		t.Errorf("%d programs: %v", n, err)
	}
}
