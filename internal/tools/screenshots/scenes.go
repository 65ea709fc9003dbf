package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator/portal"
)

// scene is a page of the portal, in a language, at one moment of a guide.
type scene struct {
	language string
	fill     fill
	wider    int64 // CSS pixels that its words need more than the others'
}

// fill puts into the cloud what the scene needs, and returns the path of its page.
type fill func(*simulator.Server) (path string, err error)

// scenes are named for the guides.
var scenes = map[string]scene{
	"getting-started":    {language: "en", fill: invitation},
	"fr-getting-started": {language: "fr", fill: invitation, wider: 110},
	"onboarding": {language: "en", fill: func(cloud *simulator.Server) (string, error) {
		_, bruno := cloud.AddMember("Bruno García", "bruno@example.com", simulator.RoleViewer, "")
		_, carla := cloud.AddMember("Carla Smith", "carla@example.com", simulator.RoleEditor, "")
		return "members", errors.Join(bruno, carla)
	}},
	"offboarding":    {language: "en", fill: deletion},
	"fr-offboarding": {language: "fr", fill: deletion},
	"drift": {language: "en", fill: func(cloud *simulator.Server) (string, error) {
		ada, err := cloud.AddMember("Ada Nguyen", "ada@example.com", simulator.RoleEditor, "")
		return "members/" + url.PathEscape(ada.ID) + "/edit", err
	}},
}

func invitation(cloud *simulator.Server) (string, error) {
	_, err := cloud.Invite("ada@example.com", simulator.RoleEditor, "en")
	return "invitations", err
}

func deletion(cloud *simulator.Server) (string, error) {
	ana, err := cloud.AddMember("Ana Roy", "ana@example.com", simulator.RoleEditor, "")
	if err != nil {
		return "", err
	}
	_, lead := cloud.AddMember("Lucía López", "lead@example.com", simulator.RoleEditor, "")
	_, roads := cloud.AddProject("Roads", ana.Email)
	_, rivers := cloud.AddProject("Rivers", ana.Email)
	_, parcels := cloud.AddDataSource("Parcels", ana.Email)
	return "members/" + url.PathEscape(ana.ID) + "/delete", errors.Join(lead, roads, rivers, parcels)
}

// sceneTime is the cloud's time in every scene, so that the dates on the page are always the same.
var sceneTime = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// shown is a page that is served until it is closed.
type shown struct {
	url, digest string
	close       func()
}

func (s scene) show(ctx context.Context) (shown, error) {
	cloud := simulator.New()
	cloud.Advance(time.Until(sceneTime))
	path, err := s.fill(cloud)
	if err != nil {
		return shown{}, err
	}
	server := httptest.NewServer(portal.Handler(cloud))
	page := shown{url: server.URL + portal.Path + path + "?lang=" + s.language, close: server.Close}
	for _, address := range []string{page.url, server.URL + portal.Path + "style.css"} {
		text, err := get(ctx, address)
		if err != nil {
			server.Close()
			return shown{}, err
		}
		digest := sha256.Sum256([]byte(page.digest + changing.ReplaceAllString(text, "")))
		page.digest = hex.EncodeToString(digest[:])
	}
	return page, nil
}

// changing is what differs from run to run: the ids.
var changing = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|auth0[^"/]+`)

func get(ctx context.Context, address string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", address, response.Status)
	}
	text, err := io.ReadAll(response.Body)
	return string(text), err
}
