// Demo runs real Terraform, or OpenTofu, with the built provider against a simulated cloud of its own, and checks every
// thing that it shows. It needs nothing of the user's and leaves nothing behind:
//
//	make demo
//	make demo KEEP=1
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator/portal"
)

// The people of the demo. Bruno is in the configuration's map, and Dora will be.
const (
	bruno    = "bruno@example.com"
	carla    = "carla@example.com"
	dora     = "dora@example.com"
	password = "Ponts-et-chemins.4"
)

const variables = "variables.tf" // the file that has the map

func main() {
	cli := flag.String("cli", "terraform", "the `program` to run: terraform or tofu")
	provider := flag.String("provider", "", "the built provider, a `file` named terraform-provider-jmapcloud_v<version>")
	configuration := flag.String("configuration", "examples/demo", "the `folder` to apply")
	module := flag.String("module", "examples/modules/organization", "the `folder` of the module that makes a team from one file")
	colours := flag.Bool("colours", false, "let the CLI print in colours")
	keep := flag.Bool("keep", false, "leave the cloud running at the end")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *cli, *provider, *configuration, *module, *colours, *keep); err != nil {
		stop()
		fmt.Fprintln(os.Stderr, "\ndemo:", err)
		os.Exit(1)
	}
}

// play is a demo that is going on.
type play struct {
	cloud   *simulator.Server
	url     string
	account simulator.Account
	cli     *cli
	module  *cli   // in the example of the module
	project string // the id of what Bruno makes
	began   time.Time
}

func run(ctx context.Context, program, provider, configuration, module string, colours, keep bool) (err error) {
	p := &play{cloud: simulator.New(), began: time.Now()}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: portal.Handler(p.cloud), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // until Close
	defer func() {
		_ = p.cloud.Close()
		err = errors.Join(err, server.Close())
	}()
	p.url = "http://" + listener.Addr().String()
	p.cloud.SetBaseURL(p.url)
	p.account = p.cloud.Account()

	folder, err := os.MkdirTemp("", "jmapcloud-demo")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if p.cli, err = prepare(folder, program, provider, configuration, p.environment()); err != nil {
		return err
	}

	p.cli.colours = colours
	if p.module, err = p.cli.beside(module, "example"); err != nil {
		return err
	}

	acts := []struct {
		title string
		play  func(context.Context) error
	}{
		{"A cloud of its own, with one organization and its administrator", p.opening},
		{"Terraform makes a team, two API keys and an invitation", p.create},
		{"A second plan finds nothing to do", p.unchanged},
		{"Dora joined before Terraform did: it takes her over, and gives her another role", p.takeOver},
		{"Bruno opens the link in his invitation and chooses a password", p.accept},
		{"The plan stays empty, and the refresh sees a member", p.accepted},
		{"Bruno signs in and makes a map", p.makeMap},
		{"Bruno leaves the team: the plan says what that does to his map", p.leave},
		{"Terraform takes everything down", p.destroy},
		{"The same with a module, from one YAML file, in which a guest has access until a day", p.oneFile},
		{"What is left", p.count},
	}
	for i, act := range acts {
		fmt.Printf("\n══ %d. %s ══\n\n", i+1, act.title)
		if err := act.play(ctx); err != nil {
			return fmt.Errorf("act %d: %w", i+1, err)
		}
		if ctx.Err() != nil {
			return errors.New("interrupted")
		}
	}
	fmt.Printf("Everything was as it should be, in %s.\n", time.Since(p.began).Round(time.Second))
	if keep {
		p.stay(ctx)
	}
	return nil
}

func (p *play) environment() []string {
	return []string{
		"JMAPCLOUD_ENDPOINT=" + p.url,
		"JMAPCLOUD_ORGANIZATION_ID=" + p.account.OrganizationID,
		"JMAPCLOUD_USERNAME=" + p.account.Username,
		"JMAPCLOUD_PASSWORD=" + p.account.Password,
	}
}

func (p *play) opening(context.Context) error {
	fmt.Printf("The simulated cloud listens on %s, for this machine only.\n", p.url)
	fmt.Printf("%s %s is its administrator. Terraform signs in as them.\n", p.account.Name, p.account.Username)
	return p.expect("nothing is in the organization but its administrator", p.isEmpty())
}

func (p *play) create(ctx context.Context) error {
	if _, err := p.cli.run(ctx, "init", "-input=false"); err != nil {
		return err
	}
	if _, err := p.cli.run(ctx, "plan", "-input=false", "-out=create.tfplan"); err != nil {
		return err
	}
	if _, err := p.cli.run(ctx, "apply", "-input=false", "create.tfplan"); err != nil {
		return err
	}
	return p.expect("two API keys and four invitations are in the cloud", len(p.cloud.APIKeys()) == 2 && len(p.cloud.Invitations()) == 4)
}

func (p *play) unchanged(ctx context.Context) error {
	p.cloud.ClearRequests()
	out, err := p.cli.run(ctx, "plan", "-input=false")
	if err != nil {
		return err
	}
	if err := p.expect(`the plan says "No changes."`, reads(out, "No changes.")); err != nil {
		return err
	}
	requests := p.cloud.Requests()
	return p.expect(fmt.Sprintf("Terraform made %d requests, and none of them changed anything", len(requests)), !slices.ContainsFunc(requests, writes))
}

// writes reports whether a request changes something in the organization: signing in and out does not.
func writes(r simulator.Request) bool {
	return r.Method != http.MethodGet && strings.Contains(r.Path, "/organizations")
}

func (p *play) takeOver(ctx context.Context) error {
	if _, err := p.cloud.AddMember("Dora Smith", dora, simulator.RoleViewer, ""); err != nil {
		return err
	}
	if err := p.cli.addLine(variables, carla, fmt.Sprintf("    %q  = { role = \"ORG_EDITOR\" }\n", dora)); err != nil {
		return err
	}
	if _, err := p.cli.run(ctx, "import", "-input=false", fmt.Sprintf("jmapcloud_member.team[%q]", dora), dora); err != nil {
		return err
	}
	out, err := p.cli.run(ctx, "plan", "-input=false", "-out=change.tfplan")
	if err != nil {
		return err
	}
	if err := p.expect("the plan changes her in place, and nothing else", reads(out, "Plan: 0 to add, 1 to change, 0 to destroy.")); err != nil {
		return err
	}
	if _, err := p.cli.run(ctx, "apply", "-input=false", "change.tfplan"); err != nil {
		return err
	}
	m, _ := p.cloud.Member(dora)
	return p.expect("Dora is an editor", m.Role == simulator.RoleEditor)
}

func (p *play) accept(ctx context.Context) error {
	invitation, found := p.cloud.Invitation(bruno)
	if !found {
		return fmt.Errorf("%s was not invited", bruno)
	}
	heading, err := acceptInvitation(ctx, invitation.Link, "Bruno García", password)
	if err != nil {
		return err
	}
	fmt.Printf("GET  %[1]s/invitations/…\nPOST %[1]s/invitations/…\n“%[2]s”\n", p.url, heading)
	_, isMember := p.cloud.Member(bruno)
	return p.expect("Bruno is a member", isMember)
}

func (p *play) accepted(ctx context.Context) error {
	out, err := p.cli.run(ctx, "plan", "-input=false")
	if err != nil {
		return err
	}
	if err := p.expect(`the plan says "No changes."`, reads(out, "No changes.")); err != nil {
		return err
	}
	if out, err = p.cli.run(ctx, "apply", "-refresh-only", "-auto-approve", "-input=false"); err != nil {
		return err
	}
	return p.expect("the status is ACTIVE", reads(out, `"INVITED" -> "ACTIVE"`))
}

func (p *play) makeMap(ctx context.Context) (err error) {
	s, err := signIn(ctx, p.url, p.account.OrganizationID, bruno, password)
	if err != nil {
		return err
	}
	if p.project, err = s.createProject(ctx, "Street trees"); err != nil {
		return err
	}
	if err := s.signOut(ctx); err != nil {
		return err
	}
	return p.showOwner(bruno)
}

func (p *play) leave(ctx context.Context) error {
	if err := p.cli.dropLine(variables, bruno); err != nil {
		return err
	}
	out, err := p.cli.run(ctx, "plan", "-input=false", "-out=leave.tfplan")
	if err != nil {
		return err
	}
	warned := reads(out, "Deleting the member "+bruno) && reads(out, `"Street trees"`) && reads(out, p.account.Username)
	if err := p.expect("the plan warns, and names the map and who receives it", warned); err != nil {
		return err
	}
	if _, err := p.cli.run(ctx, "apply", "-input=false", "leave.tfplan"); err != nil {
		return err
	}
	if _, isMember := p.cloud.Member(bruno); isMember {
		return fmt.Errorf("%s is still a member", bruno)
	}
	fmt.Printf("Moved before %s was deleted: the map %q, to %s.\n", bruno, "Street trees", p.account.Username)
	return p.showOwner(p.account.Username)
}

// showOwner prints who owns Bruno's map, and expects it to be one person.
func (p *play) showOwner(wanted string) error {
	owners := p.cloud.Owners(p.project)
	fmt.Printf("The map %q belongs to %s.\n", "Street trees", strings.Join(owners, ", "))
	return p.expect(wanted+" is its only owner", slices.Equal(owners, []string{wanted}))
}

func (p *play) destroy(ctx context.Context) error {
	if _, err := p.cli.run(ctx, "destroy", "-auto-approve", "-input=false"); err != nil {
		return err
	}
	fmt.Println("The map outlives Terraform. Its owner deletes it, in the portal.")
	return p.cloud.DeleteProject(p.project)
}

func (p *play) oneFile(ctx context.Context) error {
	const file = "organization.yaml"
	text, err := os.ReadFile(filepath.Join(p.module.folder, file))
	if err != nil {
		return err
	}
	fmt.Printf("%s\n\n%s\n", file, text)
	if _, err := p.module.run(ctx, "init", "-input=false"); err != nil {
		return err
	}
	if _, err := p.module.run(ctx, "apply", "-auto-approve", "-input=false"); err != nil {
		return err
	}
	if err := p.expect("two API keys and three invitations are in the cloud", len(p.cloud.APIKeys()) == 2 && len(p.cloud.Invitations()) == 3); err != nil {
		return err
	}
	fmt.Println("What the run of the day will do on which the guest's access ends:")
	out, err := p.module.run(ctx, "plan", "-input=false", "-var=now=2035-03-31T00:00:00Z")
	if err != nil {
		return err
	}
	if err := p.expect("it removes the guest, and nobody else", reads(out, fmt.Sprintf("jmapcloud_member.people[%q] will be destroyed", carla)) && reads(out, "0 to add, 0 to change, 1 to destroy")); err != nil {
		return err
	}
	_, err = p.module.run(ctx, "destroy", "-auto-approve", "-input=false")
	return err
}

func (p *play) count(ctx context.Context) error {
	sessions, err := get(ctx, p.url+"/_simulator/sessions")
	if err != nil {
		return err
	}
	fmt.Printf("Members      %d, the administrator\n", len(p.cloud.Members()))
	fmt.Printf("API keys     %d\nInvitations  %d\nProjects     %d\n", len(p.cloud.APIKeys()), len(p.cloud.Invitations()), len(p.cloud.Projects()))
	fmt.Printf("Sessions     %s\n", sessions)
	open := p.cloud.Sessions()
	if err := p.expect("no session is left open", open.Opened > 0 && open.Open == 0); err != nil {
		return err
	}
	return p.expect("nothing is left in the organization but its administrator", p.isEmpty())
}

// isEmpty reports whether the organization has nothing but its administrator.
func (p *play) isEmpty() bool {
	members := p.cloud.Members()
	return len(members) == 1 && members[0].Email == p.account.Username &&
		len(p.cloud.APIKeys())+len(p.cloud.Invitations())+len(p.cloud.Projects())+len(p.cloud.DataSources()) == 0
}

// expect fails the demo when something that it shows is not so.
func (*play) expect(what string, ok bool) error {
	if !ok {
		return fmt.Errorf("it is not so that %s", what)
	}
	fmt.Printf("✓ %s\n\n", what)
	return nil
}

// stay leaves the cloud to the user until they interrupt it.
func (p *play) stay(ctx context.Context) {
	fmt.Printf("\nThe cloud runs on until Ctrl-C. Look at it: %s%s\nIts account is made up. In another shell:\n\n", p.url, portal.Path)
	for _, variable := range append(p.environment(), "TF_CLI_CONFIG_FILE="+p.cli.config) {
		name, value, _ := strings.Cut(variable, "=")
		fmt.Printf("  export %s='%s'\n", name, value)
	}
	fmt.Printf("  cd '%s' && %s apply\n", p.cli.folder, filepath.Base(p.cli.program))
	<-ctx.Done()
}
