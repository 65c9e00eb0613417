// Package email writes Fairlead's mails and the calendar feed: one struct, one text and one HTML template for each
// message of package programme. It writes and never sends (email/smtp does), reads no clock and keeps nothing.
//
// A mail is written with placeholders where its private links belong, so that what is stored opens no door. Reveal puts
// the links in for the wire, Mask hides them for people who read the ledger.
package email
