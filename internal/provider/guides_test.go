package provider_test

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// guideWorlds is who is in the organization before a story begins, and what other people do while it goes on.
var guideWorlds = map[string]struct {
	seed      func(*testing.T, *cloud)
	meanwhile map[string]func(*testing.T, *cloud)
}{
	"README":                      {seed: seedLead},
	"docs/guides/adopting#maps":   {seed: seedFew},
	"docs/guides/adopting#query":  {seed: seedFew},
	"docs/guides/adopting#module": {seed: seedFew},
	"docs/guides/ci": {meanwhile: map[string]func(*testing.T, *cloud){
		"Ada becomes an Administrator": func(t *testing.T, c *cloud) { c.addMember(t, "ada@example.com", "ORG_ADMIN") },
	}},
	"docs/guides/drift": {meanwhile: map[string]func(*testing.T, *cloud){
		"Ada accepts":                        func(t *testing.T, c *cloud) { c.accept(t, ada) },
		"Ada becomes a Viewer in the portal": func(t *testing.T, c *cloud) { c.portal(t).edits("members", ada, "edit", "role", "ORG_VIEWER") },
		"the organization is renamed in the portal": func(t *testing.T, c *cloud) {
			c.portal(t).sends("/portal/general", "name", "City of Example")
		},
		"the key is deleted in the portal": func(t *testing.T, c *cloud) { c.portal(t).edits("api-keys", "Dashboard", "delete") },
		"the invitation to Grace is deleted in the portal": func(t *testing.T, c *cloud) {
			c.portal(t).edits("invitations", grace, "delete")
		},
		"Ada is deleted in the portal": func(t *testing.T, c *cloud) { c.portal(t).edits("members", ada, "delete") },
	}},
	"docs/guides/secrets#ephemeral": {seed: seedLead},
	"docs/guides/onboarding": {meanwhile: map[string]func(*testing.T, *cloud){
		"Bruno accepts":    func(t *testing.T, c *cloud) { c.accept(t, "bruno@example.com") },
		"Bruno is removed": func(t *testing.T, c *cloud) { must(t, c.RemoveMember("bruno@example.com", "")) },
	}},
	"docs/guides/temporary-access": {seed: seedLead, meanwhile: map[string]func(*testing.T, *cloud){
		"Carla accepts and makes a project": func(t *testing.T, c *cloud) {
			c.accept(t, "carla@example.com")
			c.project(t, "Street trees", "carla@example.com")
		},
	}},
	"docs/guides/offboarding#departure": {seed: func(t *testing.T, c *cloud) {
		c.addMember(t, ana, "ORG_EDITOR")
		c.addMember(t, lead, "ORG_EDITOR")
	}, meanwhile: map[string]func(*testing.T, *cloud){
		"Ana is removed in the portal": func(t *testing.T, c *cloud) { must(t, c.RemoveMember(ana, "")) },
	}},
}

func seedFew(_ *testing.T, c *cloud) { c.Seed(simulator.Seed{Members: 2, APIKeys: 2, Invitations: 2}) }

// reader does what a page says, in a shell, with the provider where `make install` puts it.
type reader struct {
	*story
	cloud   *cloud
	cli     *cli
	home    string
	environ []string
	scripts []*os.Process // the process groups that may have left something running
	printed string        // what the last commands said
	pending bool          // there is HCL that no command has read yet
	inited  bool
	files   int
	piped   map[string]bool // commands of pipelines that have run
}

// A French page has the blocks of the English one, as TestFrench_pagesHaveTheBlocksOfTheEnglishOnes shows: those are tried once.
func TestCLI_pagesDoWhatTheySay(t *testing.T) {
	t.Parallel()
	shown := exampleTexts(t)
	used := map[string]bool{}
	tried := 0
	for _, p := range pages(t) {
		if french[p.name] != "" {
			continue
		}
		for _, s := range p.stories {
			name := strings.Trim(p.name+"#"+s.name, "#")
			used[name] = true
			if strings.Contains(p.name, "/guides/") {
				s.steps = untried(s.steps, nil)
			} else {
				s.steps = untried(s.steps, shown)
			}
			if len(s.steps) == 0 {
				continue
			}
			tried++
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				x := startCloud(t).reader(t, s)
				world := guideWorlds[name]
				if world.seed != nil {
					world.seed(t, x.cloud)
				}
				for _, b := range s.steps {
					if b.language == "meanwhile" {
						happens, found := world.meanwhile[b.text]
						if !found {
							t.Fatalf("line %d: guideWorlds does not say how it happens that %q", b.line, b.text)
						}
						happens(t, x.cloud)
						continue
					}
					x.follow(t, b)
				}
				x.conclude(t)
			})
		}
	}
	if tried < 20 {
		t.Errorf("only %d stories have steps to try", tried)
	}
	for name := range guideWorlds {
		if !used[name] {
			t.Errorf("no page tells the story %s", name)
		}
	}
}

// exampleTexts are what TestCLI_examplesApplyImportAndDestroy tries, and what the pages of reference show.
func exampleTexts(t *testing.T) map[string]bool {
	t.Helper()
	texts := map[string]bool{}
	must(t, filepath.WalkDir(examples, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			text, err := os.ReadFile(path)
			texts[strings.TrimSpace(string(text))] = true
			return err
		}
		return err
	}))
	return texts
}

// untried leaves out what is marked, and the examples.
func untried(steps []pageStep, examples map[string]bool) []pageStep {
	var rest []pageStep
	for _, b := range steps {
		if b.notRun == "" && !examples[strings.TrimSpace(b.text)] {
			rest = append(rest, b)
		}
	}
	return rest
}

func (c *cloud) reader(t *testing.T, s *story) *reader {
	t.Helper()
	wantsSignals(t)
	x := c.cli(t)
	if s.from != (since{}) && !x.knows(t, s.from) {
		t.Skipf("it takes %v", s.from)
	}
	for _, tool := range []string{"bash", "curl", "jq"} {
		if _, err := exec.LookPath(tool); err != nil && os.Getenv("CI") == "" {
			t.Skip("a reader needs ", tool)
		}
	}
	if s.shows("terraform init") {
		x.mirrored(t)
	}
	home := t.TempDir() // apart from the CLI's folder, in which no password may be left
	r := &reader{story: s, cloud: c, cli: x, home: home, piped: map[string]bool{}}
	for _, dir := range []string{"bin", "work", "tmp"} {
		must(t, os.Mkdir(filepath.Join(home, dir), 0o700))
	}
	program, err := exec.LookPath(x.command(t.Context()).Path)
	must(t, err)
	must(t, os.Symlink(program, filepath.Join(home, "bin", "terraform")))
	root, err := filepath.Abs(repository)
	must(t, err)
	for _, variable := range x.environ {
		if strings.HasPrefix(variable, "JMAPCLOUD_") || strings.HasPrefix(variable, "TF_CLI_CONFIG_FILE=") {
			r.environ = append(r.environ, variable)
		}
	}
	r.environ = append(r.environ, "HOME="+home, "TMPDIR="+home+"/tmp", "PATH="+home+"/bin:"+os.Getenv("PATH"), "CHECKPOINT_DISABLE=1", "GOGC="+childGC, "REPOSITORY="+root,
		"PWD="+home+"/work")
	r.environ = append(r.environ, releaseBuild()...)
	folders, err := goFolders()
	must(t, err)
	r.environ = append(r.environ, folders...)
	t.Cleanup(func() {
		for _, p := range r.scripts {
			_ = signalGroup(p, syscall.SIGTERM)
		}
	})
	return r
}

func (r *reader) follow(t *testing.T, b pageStep) {
	t.Helper()
	if b.from != (since{}) && !r.cli.knows(t, b.from) {
		t.Logf("line %d takes %v", b.line, b.from)
		return
	}
	switch b.language {
	case "terraform":
		r.files++
		if b.file == "" {
			b.file = fmt.Sprintf("step-%d.tf", r.files)
		}
		file := filepath.Join(r.folder(t), b.file)
		must(t, os.MkdirAll(filepath.Dir(file), 0o700))
		must(t, os.WriteFile(file, []byte(b.text), 0o600))
		r.pending = true
	case "text":
		r.compare(t, b)
	case "yaml":
		for _, command := range regexp.MustCompile(`(?m)^ *(?:- run: |run: |- )((?:terraform|jq|cp) .*)$`).FindAllStringSubmatch(b.text, -1) {
			if !r.piped[command[1]] { // another pipeline has the same jobs
				r.run(t, pageStep{line: b.line, text: command[1]})
				r.piped[command[1]] = true
			}
		}
	default:
		r.run(t, b)
	}
}

// shows reports whether a block of the story has a command. Where none is init, the reader has the provider already.
func (s *story) shows(command string) bool {
	return slices.ContainsFunc(s.steps, func(b pageStep) bool { return strings.Contains(b.text, command) })
}

// folder is where the reader's shell is.
func (r *reader) folder(t *testing.T) string {
	t.Helper()
	for _, variable := range r.environ {
		if dir, found := strings.CutPrefix(variable, "PWD="); found {
			return dir
		}
	}
	t.Fatal("the shell is nowhere")
	return ""
}

// goFolders are the variables by which a user of the tests' own keeps the compiler's files.
var goFolders = sync.OnceValues(func() ([]string, error) {
	names := []string{"GOCACHE", "GOMODCACHE"}
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		return nil, err
	}
	folders := strings.Split(strings.TrimSpace(string(out)), "\n")
	for i, name := range names {
		folders[i] = name + "=" + folders[i]
	}
	return folders, nil
})

// prepare sets up what every guide but the first takes for granted: a folder in which the provider is declared and installed.
func (r *reader) prepare(t *testing.T, commands string) {
	t.Helper()
	if r.inited || !strings.Contains(commands, "terraform") {
		return
	}
	r.inited = true
	dir := r.folder(t)
	files, err := filepath.Glob(dir + "/*.tf")
	must(t, err)
	isDeclared := slices.ContainsFunc(files, func(file string) bool {
		text, err := os.ReadFile(file)
		must(t, err)
		return strings.Contains(string(text), "required_providers")
	})
	if !isDeclared {
		must(t, os.WriteFile(filepath.Join(dir, "versions.tf"), []byte(requiredProviders), 0o600))
	}
	if r.shows("terraform init") && !strings.Contains(commands, "terraform init") {
		r.run(t, pageStep{text: "terraform init"})
	}
}

// run runs commands as a reader would type them, and answers yes to what they ask.
func (r *reader) run(t *testing.T, b pageStep) {
	t.Helper()
	r.prepare(t, b.text)
	after := filepath.Join(r.home, "environment")
	output := filepath.Join(r.home, "output")
	answers := filepath.Join(r.home, "answers")
	must(t, os.WriteFile(answers, []byte(strings.Repeat("yes\n", 20)), 0o600))

	// What a program that stays in the background prints must not keep the shell's pipe open: so these are files.
	stdin, err := os.Open(answers)
	must(t, err)
	defer stdin.Close()
	stdout, err := os.Create(output)
	must(t, err)
	defer stdout.Close()
	cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", b.text+"\nenv -0 > "+after)
	cmd.Dir, cmd.Env = r.folder(t), r.environ
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, stdout, stdout
	leadGroup(cmd)
	must(t, cmd.Start())
	r.scripts = append(r.scripts, cmd.Process)
	if b.is == "elsewhere" {
		r.await(t, b.file)
		return
	}
	err = cmd.Wait()
	printed, readErr := os.ReadFile(output)
	must(t, readErr)
	r.printed, r.pending = regexp.MustCompile(`\x1b\[[0-9;]*m`).ReplaceAllString(string(printed), ""), false
	if (err != nil) != b.fails {
		t.Fatalf("line %d: %s: %v\n%s", b.line, strings.TrimSpace(b.text), err, r.printed)
	}
	if err == nil {
		environ, err := os.ReadFile(after)
		must(t, err)
		r.environ = strings.Split(strings.TrimSuffix(string(environ), "\x00"), "\x00")
	}
}

// await waits until a program has written what it says once it is up.
func (r *reader) await(t *testing.T, name string) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		if text, err := os.ReadFile(strings.Replace(name, "~", r.home, 1)); err == nil && len(text) > 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s stays empty", name)
}

// varies is what differs from run to run, or from the page to the test.
var varies = []struct {
	is *regexp.Regexp
	to string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)`), "<time>"},
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "<id>"},
	{regexp.MustCompile(`auth0\|[0-9a-f]+`), "<member id>"},
	{regexp.MustCompile(`\b[0-9a-f]{8}\b`), "<hex>"},
	{regexp.MustCompile(`on \S+\.tf line \d+`), "on <line>"},
	{regexp.MustCompile(`(\s)\d+:( {2,}|  ?)(\w)`), "$1 <line>: $3"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "<address>"},
	{regexp.MustCompile(`\bOpenTofu\b`), "Terraform"},
	{regexp.MustCompile(`, \d+ forgotten\b`), ""}, // which OpenTofu counts
	{regexp.MustCompile(`[\s│╷╵├─]+`), " "},
}

func alike(text string) string {
	for _, v := range varies {
		text = v.is.ReplaceAllString(text, v.to)
	}
	return strings.TrimSpace(text)
}

// compare checks that the last commands printed each paragraph of a block, in its order. An ellipsis stands for anything.
func (r *reader) compare(t *testing.T, b pageStep) {
	t.Helper()
	rest := alike(r.printed)
	for paragraph := range strings.SplitSeq(strings.TrimSpace(b.text), "\n\n") {
		var pattern []string
		for part := range strings.SplitSeq(alike(paragraph), "…") {
			pattern = append(pattern, regexp.QuoteMeta(part))
		}
		at := regexp.MustCompile(strings.Join(pattern, ".*?")).FindStringIndex(rest)
		if at == nil {
			t.Errorf("line %d: the commands did not print, or not here,\n%s\nbut\n%s", b.line, paragraph, r.printed)
			return
		}
		rest = rest[at[1]:]
	}
}

// conclude plans what no command has planned, and looks at what is left.
func (r *reader) conclude(t *testing.T) {
	t.Helper()
	if r.pending {
		r.run(t, pageStep{text: "terraform plan"})
	}
	if open := r.cloud.Sessions().Open; open != 0 {
		t.Errorf("%d sessions are left open", open)
	}
}

func TestCLI_pagesAreFormatted(t *testing.T) {
	t.Parallel()
	x := startCloud(t).cli(t)
	must(t, os.Mkdir(filepath.Join(x.dir, "blocks"), 0o700))
	n := 0
	for _, p := range pages(t) {
		for _, s := range p.stories {
			for _, b := range s.steps {
				if n++; b.language == "terraform" && (!strings.Contains(b.text, "provider::") || x.knows(t, exampleNeeds["functions"])) {
					name := fmt.Sprintf("%s-%d.tf", strings.ReplaceAll(p.name, "/", "-"), b.line)
					must(t, os.WriteFile(filepath.Join(x.dir, "blocks", name), []byte(b.text), 0o600))
				}
			}
		}
	}
	if out, err := x.run(t, "fmt", "-check", "-diff", "blocks"); err != nil || n < 50 {
		t.Errorf("%d steps: %v\n%s", n, err, out)
	}
}
