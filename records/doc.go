// Package records keeps people and facts: who they are, what they were asked, what they answered, what was sent and what
// was not. It is the referee between the pages and the workflows: whoever moves a row first wins.
//
// It is the only package that knows gorm and SQL. It speaks two dialects, PostgreSQL and SQLite; where they differ,
// PostgreSQL decides. Rows are not domain types: each subject maps its rows to package programme and back.
package records
