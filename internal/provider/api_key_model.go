package provider

import (
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/ownership"
)

// apiKeyData is what the cloud tells of an API key at any time.
type apiKeyData struct {
	ID        types.String      `tfsdk:"id"`
	Name      types.String      `tfsdk:"name"`
	Role      types.String      `tfsdk:"role"`
	Email     types.String      `tfsdk:"email"`
	ExpiresAt timetypes.RFC3339 `tfsdk:"expires_at"`
	CreatedAt timetypes.RFC3339 `tfsdk:"created_at"`
	CreatedBy types.String      `tfsdk:"created_by"`
}

func (m *apiKeyData) fromAPI(k client.APIKey) {
	m.ID = types.StringValue(k.ID)
	m.Name = told(k.Title, m.Name)
	m.Role = toldRole(k.Role(), m.Role)
	m.Email = textValue(k.Email)
	m.ExpiresAt = keepTime(m.ExpiresAt, k.ExpiresAt)
	m.CreatedAt = timeValue(k.CreatedAt)
	m.CreatedBy = textValue(k.CreatedBy)
}

type apiKeyModel struct {
	apiKeyData
	rotationModel
	deletionModel
	StoreKey       types.Bool   `tfsdk:"store_key"`
	Key            types.String `tfsdk:"key"`
	KeyFingerprint types.String `tfsdk:"key_fingerprint"`
}

// toAPI is the request for the key at the cloud's time now, from which a lifetime counts. Of a lifetime the end is marked, with a random number of
// seconds; an end that the user wrote stays as it is.
func (m *apiKeyModel) toAPI(now time.Time) directory.KeyRequest {
	expires, _ := moment(m.ExpiresAt)
	isMarked := false
	if !m.Lifetime.IsNull() {
		lifetime := duration(m.Lifetime)
		marks := int64(min(lifetime/shareOfMark, longestMark) / time.Second)
		expires = now.Add(lifetime - time.Duration(rand.N(marks+1))*time.Second)
		isMarked = marks >= fewestMarks
	}
	return directory.KeyRequest{
		APIKeyRequest: client.APIKeyRequest{Title: m.Name.ValueString(), Role: client.Role(m.Role.ValueString()), ExpiresAt: expires.Truncate(time.Second)},
		IsMarked:      isMarked,
	}
}

// The mark in the expiry of a key with a lifetime. A key that another run asked for in the same second has another, but for one case in a thousand.
const (
	shareOfMark = 1000 // of the lifetime, at the most
	longestMark = 30 * time.Minute
	fewestMarks = 1000 // with which a mark is a proof
)

// fromCreation takes over a new key with its secret.
func (m *apiKeyModel) fromCreation(k client.APIKey) {
	m.fromAPI(k)
	m.Key = types.StringNull()
	if m.isStored() {
		m.Key = types.StringValue(k.Secret)
	}
	m.KeyFingerprint = types.StringValue(fingerprint(k.Secret))
	m.schedule()
}

// isStored reports whether the secret is kept in state.
func (m *apiKeyModel) isStored() bool { return m.StoreKey.IsNull() || m.StoreKey.ValueBool() }

// fingerprint tells secrets apart without telling them.
func fingerprint(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:4])
}

// owner is the key as an owner. It can be asked itself what it owns, where its secret is in state.
func (m *apiKeyModel) owner() ownership.Owner {
	expires, _ := moment(m.ExpiresAt)
	return ownership.Owner{
		Kind: client.APIKeyOwner, ID: m.ID.ValueString(), Email: m.Email.ValueString(), Name: m.Name.ValueString(),
		Secret: m.Key.ValueString(), ExpiresAt: expires,
	}
}

// called is the key in words.
func (m *apiKeyModel) called() string {
	if m.Name.IsNull() { // after an import
		return "the API key " + client.Printable(m.ID.ValueString())
	}
	return ownerName(m.owner())
}

// isExpired reports whether the key no longer works at the time now.
func (m *apiKeyModel) isExpired(now time.Time) bool { return hasPassed(m.ExpiresAt, now) }

// isReplacedBy reports whether the plan asks for another key. The cloud can change nothing about one.
func (m *apiKeyModel) isReplacedBy(plan apiKeyModel) bool {
	return !m.Name.Equal(plan.Name) || !m.Role.Equal(plan.Role) ||
		plan.Lifetime.IsNull() && (!m.ExpiresAt.Equal(plan.ExpiresAt) || m.lacksSecret(plan) != certainlyNot)
}

// checkName refuses a name for a new key that does not read the same everywhere.
func (m *apiKeyModel) checkName(diags *diag.Diagnostics) (fine bool) {
	if m.Name.IsUnknown() {
		return true
	}
	problem := newNameProblem(path.Root("name"), m.Name.ValueString())
	if problem != nil {
		diags.Append(problem)
	}
	return problem == nil
}

// checkExpiry refuses a key that would have expired before it is created. The end of a key with a lifetime is counted when it is created, whatever state has.
func (m *apiKeyModel) checkExpiry(now time.Time, context string, diags *diag.Diagnostics) {
	if m.Lifetime.IsNull() && m.isExpired(now) {
		refuseExpired(m, now, context, diags)
	}
}
