package records

import (
	"context"
	"encoding/base64"
	"fmt"

	"fairlead/programme"
)

// searchesKey is whose key, in the store of keys, seals what staff search for. It is nobody's: it belongs to no person.
const searchesKey = "searches"

// SealSearch turns what staff search for into a word that may stand in an address: it tells nothing to whoever reads the
// address in a log or a history, and lasts as long as the key.
func (s *Store) SealSearch(ctx context.Context, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	box, err := s.encrypt(ctx, searchesKey, []byte(text))
	return base64.RawURLEncoding.EncodeToString(box), err
}

// OpenSearch is what SealSearch sealed; ErrNotFound where the word is none of ours.
func (s *Store) OpenSearch(ctx context.Context, word string) (string, error) {
	box, err := base64.RawURLEncoding.DecodeString(word)
	if err != nil {
		return "", fmt.Errorf("a search: %w", programme.ErrNotFound)
	}
	text, err := s.decrypt(ctx, searchesKey, box)
	if err != nil {
		return "", fmt.Errorf("a search: %w", programme.ErrNotFound)
	}
	return string(text), nil
}
