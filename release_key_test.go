package main_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// keyring is a folder of GnuPG's, away from the user's own.
type keyring struct{ home string }

func newKeyring(t *testing.T) keyring {
	t.Helper()
	for _, tool := range []string{"gpg", "gpgconf", "bash", "awk"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip("there is no ", tool)
		}
	}
	home, err := os.MkdirTemp("", "gpg") //nolint:usetesting // t.TempDir may be too long for the agent's socket
	if err != nil {
		t.Fatal(err)
	}
	k := keyring{home}
	t.Cleanup(func() {
		_ = k.command(t, "gpgconf", "--kill", "all").Run()
		_ = os.RemoveAll(home)
	})
	return k
}

func (k keyring) command(t *testing.T, program string, arguments ...string) *exec.Cmd {
	t.Helper()
	// The test's context has ended when the agent is told to stop.
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), program, arguments...)
	cmd.Env = append(os.Environ(), "GNUPGHOME="+k.home)
	return cmd
}

func (k keyring) gpg(t *testing.T, arguments ...string) string {
	t.Helper()
	out, err := k.command(t, "gpg", append([]string{"--batch", "--quiet", "--passphrase", ""}, arguments...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("gpg %q: %v\n%s", arguments, err, out)
	}
	return string(out)
}

// add makes a key and returns its fingerprint.
func (k keyring) add(t *testing.T, name, algorithm, usage string) string {
	t.Helper()
	k.gpg(t, "--quick-generate-key", name, algorithm, usage, "never")
	for line := range strings.Lines(k.gpg(t, "--with-colons", "--list-secret-keys", name)) {
		if fields := strings.Split(line, ":"); fields[0] == "fpr" {
			return fields[9]
		}
	}
	t.Fatalf("%s has no fingerprint", name)
	return ""
}

// The Terraform registry takes no signature by an elliptic curve, and a release that is public cannot be signed again.
func TestRelease_signingKeyIsRSAOf4096Bits(t *testing.T) {
	t.Parallel()
	k := newKeyring(t)
	check := func(is, fingerprint, refusal string) {
		t.Helper()
		cmd := k.command(t, ".ci/signing-key", fingerprint)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Run(); (err != nil) != (refusal != "") || !strings.Contains(stderr.String(), refusal) {
			t.Errorf("%s: %v, %q; want %q", is, err, stderr.String(), refusal)
		}
	}
	check("an elliptic curve", k.add(t, "curve", "ed25519", "sign"), "(ed25519)")
	check("RSA of 2048 bits", k.add(t, "short", "rsa2048", "sign"), "2048 bits")
	check("a key that cannot sign", k.add(t, "certifies", "ed25519", "cert"), "no key that can sign")
	check("a key that is not in the keyring", strings.Repeat("0", 40), "no key that can sign")
	key := k.add(t, "good", "rsa4096", "sign")
	check("RSA of 4096 bits", key, "")
	k.gpg(t, "--quick-add-key", key, "ed25519", "sign", "never")
	check("RSA with a subkey of an elliptic curve, which GnuPG prefers", key, "(ed25519)")
}

// What is checked after GoReleaser has signed is checked too late.
func TestRelease_signingKeyIsCheckedBeforeItSigns(t *testing.T) {
	t.Parallel()
	for file, signs := range map[string]string{".github/workflows/release.yml": "goreleaser/goreleaser-action@", ".ci/snapshot": `"$goreleaser" check`} {
		text := string(read(t, file))
		check, sign := strings.Index(text, `.ci/signing-key "$GPG_FINGERPRINT"`), strings.Index(text, signs)
		if check < 0 || sign < 0 || check > sign {
			t.Errorf("%s checks the key at %d and signs at %d", file, check, sign)
		}
	}
}
