package verdict

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Fetch asks REST what the records say: every journey of the cohorts with its stages, and its ledger. Journeys that
// continue one of these after a deferral are found in their own cohort: name it as well.
func Fetch(ctx context.Context, api, token string, cohorts ...string) (Records, error) {
	f := fetching{client: &http.Client{}, base: strings.TrimSuffix(api, "/") + "/api/v1", token: token}
	var r Records
	if len(cohorts) > 0 {
		if err := list(ctx, f, "/cohorts/"+url.PathEscape(cohorts[0])+"/sittings", url.Values{}, &r.Sittings); err != nil {
			return Records{}, err
		}
	}
	for _, cohort := range cohorts {
		var listed []Journey
		if err := list(ctx, f, "/journeys", url.Values{"cohort": {cohort}}, &listed); err != nil {
			return Records{}, err
		}
		for _, one := range listed {
			var journey Journey
			path := "/journeys/" + url.PathEscape(one.Ref)
			if err := f.get(ctx, path, nil, &journey); err != nil {
				return Records{}, err
			}
			r.Journeys = append(r.Journeys, journey)
			if err := list(ctx, f, path+"/messages", url.Values{}, &r.Messages); err != nil {
				return Records{}, err
			}
		}
	}
	return r, nil
}

type fetching struct {
	client *http.Client
	base   string
	token  string
}

// list reads a list to its end, adding to all.
func list[T any](ctx context.Context, f fetching, path string, query url.Values, all *[]T) error {
	query.Set("limit", "200")
	for {
		var page struct {
			Items []T     `json:"items"`
			Next  *string `json:"next"`
		}
		if err := f.get(ctx, path, query, &page); err != nil {
			return err
		}
		*all = append(*all, page.Items...)
		if page.Next == nil || *page.Next == "" {
			return nil
		}
		query.Set("cursor", *page.Next)
	}
}

func (f fetching) get(ctx context.Context, path string, query url.Values, into any) error {
	address := f.base + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+f.token)
	response, err := f.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: status %d", path, response.StatusCode)
	}
	return json.Unmarshal(body, into)
}
