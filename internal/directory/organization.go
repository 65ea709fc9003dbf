package directory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// FindOrganization is the id of the organization that has it, or that alone has it as its name. It looks among those of the account: no session is
// bound to an organization that happens to have the name as its id.
func (d *Directory) FindOrganization(ctx context.Context, idOrName string) (string, error) {
	all, err := d.client.Organizations(ctx)
	if client.IsWrongOrganization(err) || client.IsNotFound(err) || client.IsIncomplete(err) { // none can be listed, and an id is wanted
		o, err := d.client.Organization(ctx, idOrName)
		return o.ID, err
	}
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(all, func(o client.Organization) bool { return o.ID == idOrName }) {
		return idOrName, nil
	}
	where := place{"organization", "organization of the account", "organizations of the account"}
	o, err := only(matching(all, func(o client.Organization) bool { return o.Name == idOrName }), where,
		fmt.Sprintf("the id or the name %q", client.Printable(idOrName)), func(o client.Organization) string { return o.ID })
	return o.ID, err
}

// LostOrganizationsError says that several organizations could be the one that a request whose answer was lost has created.
type LostOrganizationsError struct {
	count int
	ids   string
	err   error // why the answer was lost
}

func (e LostOrganizationsError) Error() string {
	return fmt.Sprintf("%s. %d organizations with the name were made at that time, and each could be it: %s", strings.TrimSuffix(e.err.Error(), "."), e.count, e.ids)
}

func (e LostOrganizationsError) Unwrap() error { return e.err }

// CreateOrganization creates an organization. Where its answer is lost, the organization is found by its name, its creator and its time: recovered tells
// that. The error is a LostOrganizationsError where several could be it. No organization is deleted for that.
func (d *Directory) CreateOrganization(ctx context.Context, name string) (o client.Organization, recovered bool, err error) {
	self, err := d.CurrentMember(ctx)
	if err != nil {
		return client.Organization{}, false, err
	}
	since := d.Now()
	o, err = d.client.CreateOrganization(ctx, name)
	if o.ID != "" || !client.IsUncertain(err) {
		return o, false, err
	}
	ctx, cancel := recovering(ctx)
	defer cancel()
	all, unread := d.client.Organizations(ctx)
	if unread != nil {
		return o, false, errors.Join(err, unread)
	}
	until := d.Now()
	found := matching(all, func(o client.Organization) bool {
		return o.Name == name && o.WasCreatedBy(self.Email) && !o.CreatedAt.Before(since.Add(-slack)) && !o.CreatedAt.After(until.Add(slack))
	})
	switch len(found) {
	case 0:
		return o, false, err
	case 1:
		return found[0], true, nil
	}
	return o, false, LostOrganizationsError{len(found), candidates(found, func(o client.Organization) string { return o.ID }), err}
}
