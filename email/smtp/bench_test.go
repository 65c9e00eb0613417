package smtp

import (
	"context"
	"crypto/tls"
	"testing"
)

// BenchmarkMail sends mails over STARTTLS, over kept connections and over one for each.
func BenchmarkMail(b *testing.B) {
	for name, mails := range map[string]int{"kept": 1_000_000, "one each": 1} {
		b.Run(name, func(b *testing.B) {
			cert, roots := certificate(b)
			backend, address := serve(b, &cert, false)
			s := newSender(b, "smtp://"+address+"?tls=required", func(o *Options) {
				o.MaxMails, o.TLS = mails, &tls.Config{RootCAs: roots}
			})
			for b.Loop() {
				if _, err := s.Send(context.Background(), letter()); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			if backend.tls != len(backend.mails) {
				b.Errorf("%d of %d through TLS", backend.tls, len(backend.mails))
			}
		})
	}
}
