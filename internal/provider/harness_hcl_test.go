package provider_test

import (
	"fmt"
	"regexp"
	"strings"
)

// Configurations, as a user writes them.

// The nouns.
const (
	apiKey       = "jmapcloud_api_key"
	invitation   = "jmapcloud_invitation"
	member       = "jmapcloud_member"
	organization = "jmapcloud_organization"
)

// unprotected lets an organization be destroyed.
const unprotected = "deletion_protection = false"

// config puts a provider block that reaches the cloud before hcl. Each of arguments is one more line in the block.
func (c *cloud) config(hcl string, arguments ...string) string {
	account := c.Account()
	block := fmt.Sprintf("provider \"jmapcloud\" {\n  endpoint        = %q\n  organization_id = %q\n  username        = %q\n  password        = %q\n",
		c.url, account.OrganizationID, account.Username, account.Password)
	for _, line := range arguments {
		block += "  " + line + "\n"
	}
	return block + "}\n" + hcl
}

// tested is the address of the one resource of a configuration.
func tested(typeName string) string { return typeName + ".test" }

// block is a resource of the given type with one argument to a line.
func block(typeName string, arguments ...string) string {
	return fmt.Sprintf("resource %q \"test\" {\n  %s\n}\n", typeName, strings.Join(arguments, "\n  "))
}

// dataBlock is a data source with one argument to a line.
func dataBlock(typeName, label string, arguments ...string) string {
	return fmt.Sprintf("data %q %q {\n  %s\n}\n", typeName, label, strings.Join(arguments, "\n  "))
}

// both is the arguments of a data source, one to a line.
func both(arguments ...string) string { return strings.Join(arguments, "\n  ") }

// key is the configuration of a key, with more arguments one to a line.
func (c *cloud) key(name, role, expires string, more ...string) string {
	arguments := []string{fmt.Sprintf("name = %q", name), fmt.Sprintf("role = %q", role), fmt.Sprintf("expires_at = %q", expires)}
	return c.config(block(apiKey, append(arguments, more...)...))
}

// organization is the configuration of an organization, with more arguments one to a line.
func (c *cloud) organization(name string, more ...string) string {
	return c.config(block(organization, append([]string{fmt.Sprintf("name = %q", name)}, more...)...))
}

// ciKey is a key with more in its block.
func (c *cloud) ciKey(name string, more ...string) string {
	block := fmt.Sprintf("resource \"jmapcloud_api_key\" \"ci\" {\n  name       = %q\n  role       = \"ORG_EDITOR\"\n  expires_at = %q\n", name, c.inDays(30))
	for _, line := range more {
		block += "  " + line + "\n"
	}
	return block + "}\n"
}

// keyBlock is a key with a lifetime: what is left of one whose answer was lost can be proven to be this run's.
func (c *cloud) keyBlock(name string) string {
	block := strings.Replace(c.ciKey(name, `lifetime      = "720h"`, `rotate_before = "48h"`), `"ci"`, `"`+name+`"`, 1)
	return regexp.MustCompile(`  expires_at = .*\n`).ReplaceAllString(block, "")
}

func memberBlock(name, role string) string {
	return "resource \"jmapcloud_member\" \"" + name + "\" {\n  email = \"" + name + "@example.com\"\n  role  = \"" + role + "\"\n}\n"
}

// sinkBlock is a resource of the other provider. It writes the digest of the value to a file, in runs in which version changes.
func sinkBlock(value, version string, more ...string) string {
	block := fmt.Sprintf("resource \"sink_secret\" \"vault\" {\n  file             = \"digests\"\n  value_wo         = %s\n  value_wo_version = %s\n", value, version)
	for _, line := range more {
		block += "  " + line + "\n"
	}
	return block + "}\n"
}

// quoted is a list of texts in HCL.
func quoted(texts ...string) string {
	var all []string
	for _, text := range texts {
		all = append(all, fmt.Sprintf("%q", text))
	}
	return strings.Join(all, ", ")
}
