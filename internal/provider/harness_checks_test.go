package provider_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// Steps of the CLI's test library, and what a step must plan, write and leave.

// factories makes a provider for each of Terraform's walks, as Terraform does.
func factories(t *testing.T) map[string]func() (tfprotov6.ProviderServer, error) {
	t.Helper()
	wantsCLI(t)
	return map[string]func() (tfprotov6.ProviderServer, error){
		"jmapcloud": func() (tfprotov6.ProviderServer, error) {
			return providerserver.NewProtocol6WithError(newFactory().New())()
		},
	}
}

// inTerraform runs steps against Terraform. At the end the cloud must have its administrator and those who are left, and no
// invitation.
func (c *cloud) inTerraform(t *testing.T, left []string, steps ...resource.TestStep) {
	t.Helper()
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(t),
		Steps:                    steps,
		CheckDestroy:             func(*terraform.State) error { return c.isLeftWith(left...) },
	})
}

// keys runs steps against Terraform. At the end the cloud must have no API key but those that are left.
func (c *cloud) keys(t *testing.T, left int, steps ...resource.TestStep) {
	t.Helper()
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(t),
		Steps:                    steps,
		CheckDestroy: func(*terraform.State) error {
			if keys := c.APIKeys(); len(keys) != left {
				return fmt.Errorf("keys after the destroy: %+v, want %d", keys, left)
			}
			return nil
		},
	})
}

// organizations runs steps against Terraform. At the end the cloud must have the provider's own organization and no other.
func (c *cloud) organizations(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(t),
		Steps:                    steps,
		CheckDestroy: func(*terraform.State) error {
			if left := c.Organizations(); len(left) != 1 || left[0].ID != c.Account().OrganizationID {
				return fmt.Errorf("organizations after the destroy: %+v", left)
			}
			return nil
		},
	})
}

// plans is what the plan of a step must be.
func plans(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: checks}
}

// action is what the plan of a step must do with the one resource.
func action(typeName string, do plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return plans(plancheck.ExpectResourceAction(tested(typeName), do))
}

// after is a check at the end of a step, or something that happens then.
type after func(*tfjson.State) error

func (f after) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = f(req.State)
}

// happens does something in the portal once a step was applied.
func happens(f func() error) statecheck.StateCheck {
	return after(func(*tfjson.State) error { return f() })
}

// happensAtPlan is something to check between a plan and its apply.
type happensAtPlan func() error

func (f happensAtPlan) CheckPlan(_ context.Context, _ plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = f()
}

// wrote checks that a step wrote this and nothing else.
func (c *cloud) wrote(want ...string) statecheck.StateCheck {
	return after(func(*tfjson.State) error {
		if got := c.written(); !slices.Equal(got, want) {
			return fmt.Errorf("the step wrote %q, want %q", got, want)
		}
		return nil
	})
}

// mailed checks how many mails went out since the cloud began.
func (c *cloud) mailed(want int) statecheck.StateCheck {
	return after(func(*tfjson.State) error {
		if got := c.Mails(); len(got) != want {
			return fmt.Errorf("%d mails went out, want %d: %+v", len(got), want, got)
		}
		return nil
	})
}

// mailedTo checks that one mail has gone out since the cloud began, to whom and in what language.
func (c *cloud) mailedTo(email, language string) statecheck.StateCheck {
	return happens(func() error {
		if all := c.Mails(); len(all) != 1 || all[0].To != email || all[0].Language != language {
			return fmt.Errorf("the mails are %+v", all)
		}
		return nil
	})
}

// did checks that a step made, changed or deleted organizations with these methods, and wrote nothing else.
func (c *cloud) did(methods ...string) statecheck.StateCheck {
	return happens(func() error { return c.hasDone(methods...) })
}

// wholly checks every attribute of the one resource: one that checks leaves out is an error, unless it must be null.
func wholly(typeName string, checks map[string]knownvalue.Check) statecheck.StateCheck {
	return after(func(state *tfjson.State) error {
		for _, r := range state.Values.RootModule.Resources {
			if r.Address != tested(typeName) {
				continue
			}
			for name, value := range r.AttributeValues {
				check := checks[name]
				if check == nil {
					check = knownvalue.Null()
				}
				if err := check.CheckValue(value); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
			return nil
		}
		return fmt.Errorf("%s is not in the state", tested(typeName))
	})
}

// empty checks that the state has no resource.
func empty() statecheck.StateCheck {
	return after(func(state *tfjson.State) error {
		if state.Values != nil && len(state.Values.RootModule.Resources) > 0 {
			return fmt.Errorf("the state has %+v", state.Values.RootModule.Resources)
		}
		return nil
	})
}

// attribute checks one attribute of the one resource.
func attribute(typeName, name string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(tested(typeName), tfjsonpath.New(name), check)
}

func is(value string) knownvalue.Check { return knownvalue.StringExact(value) }

// says is an expected error, however Terraform breaks its lines.
func says(words string) *regexp.Regexp {
	return regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(words), " ", `\s+(│\s+)?`))
}

// noMention checks that the state holds none of the texts, wherever.
func noMention(texts ...string) statecheck.StateCheck {
	return after(func(state *tfjson.State) error {
		whole, err := json.Marshal(state.Values)
		if err != nil {
			return err
		}
		for _, text := range texts {
			if text == "" || strings.Contains(string(whole), text) {
				return fmt.Errorf("the state holds %q", text)
			}
		}
		return nil
	})
}

// ofInvitation is what the cloud knows, at the time of the check, of the invitation to email.
func (c *cloud) ofInvitation(email string, want func(simulator.Invitation) string) knownvalue.Check {
	return knownvalue.StringFunc(func(got string) error {
		i, found := c.Invitation(email)
		if !found {
			return fmt.Errorf("the cloud has no invitation to %s", email)
		}
		if got != want(i) {
			return fmt.Errorf("got %q, and the cloud has %q", got, want(i))
		}
		return nil
	})
}

func invitationID(i simulator.Invitation) string { return i.ID }

func invitationLink(i simulator.Invitation) string { return i.Link }

func invitationSent(i simulator.Invitation) string { return i.CreatedAt.Format(time.RFC3339) }

func invitationEnd(i simulator.Invitation) string { return i.ExpiresAt.Format(time.RFC3339) }

// ofMember is the id, at the time of the check, of the member with email.
func (c *cloud) ofMember(email string) knownvalue.Check {
	return knownvalue.StringFunc(func(got string) error {
		if m, _ := c.Member(email); m.ID != got || got == "" {
			return fmt.Errorf("got %q, and the cloud has %q", got, m.ID)
		}
		return nil
	})
}

// ofKey is what the cloud knows, at the time of the check, of the key with the name.
func (c *cloud) ofKey(name string, want func(simulator.APIKey) string) knownvalue.Check {
	return knownvalue.StringFunc(func(got string) error {
		k, found := c.APIKeyByTitle(name)
		if !found {
			return fmt.Errorf("the cloud has no key %q", name)
		}
		if got != want(k) {
			return fmt.Errorf("got %q, and the cloud has %q", got, want(k))
		}
		return nil
	})
}

func keyID(k simulator.APIKey) string { return k.ID }

func keyEmail(k simulator.APIKey) string { return k.Email }

func keySecret(k simulator.APIKey) string { return k.Secret }

// keyFingerprint is what a user computes with substr(sha256(key), 0, 8).
func keyFingerprint(k simulator.APIKey) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(k.Secret)))[:8]
}

func keyMade(k simulator.APIKey) string { return k.CreatedAt.Format(time.RFC3339) }

// ofNewest is what the cloud knows, at the time of the check, of the organization that was made last.
func (c *cloud) ofNewest(want func(simulator.Organization) string) knownvalue.Check {
	return knownvalue.StringFunc(func(got string) error {
		if o := c.newest(); got != want(o) {
			return fmt.Errorf("got %q, and the cloud has %q", got, want(o))
		}
		return nil
	})
}

func organizationID(o simulator.Organization) string { return o.ID }

func organizationMade(o simulator.Organization) string { return o.CreatedAt.Format(time.RFC3339) }

// keyFacts are every attribute of a key as a data source shows it: the secret is not one.
func keyFacts(k simulator.APIKey) map[string]knownvalue.Check {
	return map[string]knownvalue.Check{
		"id": is(k.ID), "name": is(k.Title), "role": is(k.Role), "email": is(k.Email), "expires_at": is(k.ExpiresAt.Format(time.RFC3339)),
		"created_at": is(keyMade(k)), "created_by": is(k.CreatedBy),
	}
}

// organizationFacts are every attribute of the organization that was made last.
func (c *cloud) organizationFacts(name string, protected bool) map[string]knownvalue.Check {
	return map[string]knownvalue.Check{
		"id":                  c.ofNewest(organizationID),
		"name":                is(name),
		"deletion_protection": knownvalue.Bool(protected),
		"active":              knownvalue.Bool(true),
		"created_at":          c.ofNewest(organizationMade),
		"created_by":          is(administrator),
	}
}

// memberFacts are every attribute of a member as a data source shows it, with the email in the given spelling.
func memberFacts(m simulator.Member, email string) map[string]knownvalue.Check {
	return map[string]knownvalue.Check{
		"id": is(m.ID), "email": is(email), "name": is(m.Name), "username": is(m.Email), "role": is(m.Role),
	}
}

// invitationFacts are every attribute of an invitation as a data source shows it, with the email in the given spelling.
func invitationFacts(i simulator.Invitation, status, email string) map[string]knownvalue.Check {
	return map[string]knownvalue.Check{
		"id": is(i.ID), "email": is(email), "role": is(i.Role), "language": is(i.Language), "status": is(status), "link": is(i.Link),
		"invited_by": is("admin@example.com"), "created_at": is(invitationSent(i)), "expires_at": is(invitationEnd(i)),
	}
}
