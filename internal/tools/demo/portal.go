package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// What people do without Terraform: in a browser, and with an application that signs in as them.

var (
	formAction  = regexp.MustCompile(`<form method="post" action="([^"]+)">`)
	pageHeading = regexp.MustCompile(`<h1>([^<]+)</h1>`)
)

// acceptInvitation opens the link, fills in the form and sends it. It returns the heading of the page that follows.
func acceptInvitation(ctx context.Context, link, name, password string) (string, error) {
	form, err := get(ctx, link)
	if err != nil {
		return "", err
	}
	action := formAction.FindStringSubmatch(form)
	if action == nil {
		return "", fmt.Errorf("the invitation's page has no form")
	}
	target, err := url.Parse(link)
	if err != nil {
		return "", err
	}
	if target, err = target.Parse(html.UnescapeString(action[1])); err != nil {
		return "", err
	}
	fields := url.Values{"name": {name}, "password": {password}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), strings.NewReader(fields.Encode()))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	page, err := send(request)
	if err != nil {
		return "", err
	}
	heading := pageHeading.FindStringSubmatch(page)
	if heading == nil {
		return "", fmt.Errorf("the page after the form has no heading")
	}
	return html.UnescapeString(heading[1]), nil
}

// session is a person's, bound to the organization.
type session struct {
	base         string
	organization string
	tokens       struct{ AccessToken, RefreshToken string }
}

func signIn(ctx context.Context, base, organization, username, password string) (*session, error) {
	s := &session{base: base, organization: organization}
	err := s.post(ctx, "/api/ss/rest/v1/authenticate", map[string]string{"username": username, "password": password}, &s.tokens)
	if err != nil {
		return nil, err
	}
	bind := map[string]string{"refreshToken": s.tokens.RefreshToken, "organizationId": organization}
	return s, s.post(ctx, "/api/ss/rest/v1/refresh-token", bind, &s.tokens)
}

func (s *session) signOut(ctx context.Context) error {
	return s.post(ctx, "/api/ss/rest/v1/revoke-token", map[string]string{"refreshToken": s.tokens.RefreshToken}, nil)
}

// createProject makes a map with an English name and returns its id.
func (s *session) createProject(ctx context.Context, name string) (string, error) {
	var project struct{ ID string }
	err := s.post(ctx, "/api/mcs/rest/v1/organizations/"+s.organization+"/projects", map[string]any{
		"name": map[string]string{"en": name}, "defaultLanguage": "en", "mapCrs": "EPSG:3857",
		"mapUnit": "METER", "displayUnit": "METER", "distanceUnit": "METER",
	}, &project)
	return project.ID, err
}

// post shows the call, makes it, and decodes what the answer's envelope holds into result.
func (s *session) post(ctx context.Context, path string, body, result any) error {
	fmt.Printf("POST %s\n", path)
	encoded, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.base+path, bytes.NewReader(encoded))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if !strings.HasSuffix(path, "-token") && s.tokens.AccessToken != "" {
		request.Header.Set("Authorization", "Bearer "+s.tokens.AccessToken)
	}
	answer, err := send(request)
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(answer), &struct{ Result any }{result})
}

func get(ctx context.Context, address string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	return send(request)
}

func send(request *http.Request) (string, error) {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		return "", fmt.Errorf("%s answered %s", request.Method, response.Status)
	}
	return strings.TrimSpace(string(body)), nil
}
