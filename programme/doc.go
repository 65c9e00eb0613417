// Package programme is the language of Fairlead: what a cohort, a journey, a stage and an ask are, and the rules they
// follow. It is plain Go without I/O and without a clock of its own: every moment comes in as an argument, in UTC, and
// is rendered in Europe/London. All other packages speak in these types.
package programme
