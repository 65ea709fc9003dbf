// Package provider offers the people and keys of a JMap Cloud organization as Terraform resources and data sources. It
// knows the cloud only through internal/directory and internal/client.
package provider

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Factory makes provider servers and remembers what they opened at the cloud, so that it can be closed after the last of
// them has served.
type Factory struct {
	// Version is the provider's release, "dev" for a build from source.
	Version string
	// Transport makes the connections to the cloud. Nil means those of the standard library.
	Transport http.RoundTripper
	// RetryWait is the shortest pause before a request is repeated. Zero means the client's own.
	RetryWait time.Duration
	// Wait pauses between two looks at what the cloud may do a moment after its answer. Nil waits.
	Wait func(ctx context.Context, d time.Duration) error
	// Interrupted tells, before Close, that the run was stopped by a signal.
	Interrupted bool

	mu   sync.Mutex
	runs []*run
}

// New returns one provider. It has the form that providerserver wants.
func (f *Factory) New() provider.Provider { return &jmapcloudProvider{factory: f} }

// Close deletes the keys that the factory's providers made for the run only, and revokes every session that they opened,
// together and in one attempt each. It returns when that is done or ctx ends. What is left expires by itself, so there is
// no error.
func (f *Factory) Close(ctx context.Context) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var group sync.WaitGroup
	for _, r := range f.runs {
		group.Go(func() {
			r.cleanUp(ctx, f.Interrupted)
			_ = r.client.Close(ctx)
		})
	}
	group.Wait()
	f.summarize(ctx)
	f.runs = nil
}

func (f *Factory) add(r *run) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.runs = append(f.runs, r)
}

var (
	_ provider.ProviderWithEphemeralResources = (*jmapcloudProvider)(nil)
	_ provider.ProviderWithListResources      = (*jmapcloudProvider)(nil)
	_ provider.ProviderWithActions            = (*jmapcloudProvider)(nil)
	_ provider.ProviderWithFunctions          = (*jmapcloudProvider)(nil)
)

type jmapcloudProvider struct{ factory *Factory }

func (p *jmapcloudProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName, resp.Version = "jmapcloud", p.factory.Version
}

func (*jmapcloudProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		newOrganizationResource,
		newAPIKeyResource,
		newMemberResource,
		newInvitationResource,
	}
}

func (*jmapcloudProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		newAPIKeyEphemeralResource,
		newAPIKeySecretEphemeralResource,
		newAccessTokenEphemeralResource,
	}
}

func (*jmapcloudProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newOrganizationDataSource,
		newOrganizationsDataSource,
		newAPIKeyDataSource,
		newAPIKeysDataSource,
		newMemberDataSource,
		newMembersDataSource,
		newCurrentMemberDataSource,
		newInvitationDataSource,
		newInvitationsDataSource,
		newOwnedResourcesDataSource,
		newAccessReportDataSource,
	}
}

func (*jmapcloudProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{
		newOrganizationListResource,
		newAPIKeyListResource,
		newMemberListResource,
		newInvitationListResource,
	}
}

func (*jmapcloudProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{
		newResendInvitationAction,
		newTransferOwnershipAction,
	}
}

func (*jmapcloudProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{newNormalizeEmailFunction}
}
