package worker

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	namespacepb "go.temporal.io/api/namespace/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/durationpb"

	"fairlead/workflows"
)

// retention is how long closed workflows are kept: longer than a programme year, so that its early stages can be looked
// at to the end.
const retention = 400 * 24 * time.Hour

// Boot prepares the namespace: it registers the search attributes that are missing, refuses one that exists with
// another type (registering it again would silently do nothing), and sets the retention.
func Boot(ctx context.Context, c client.Client, namespace string) error {
	missing, err := MissingAttributes(ctx, c, namespace)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		_, err := c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
			Namespace: namespace, SearchAttributes: missing})
		if err != nil {
			return fmt.Errorf("register the search attributes: %w", err)
		}
	}
	return setRetention(ctx, c, namespace)
}

// MissingAttributes lists the search attributes that are not registered. One that has another type is an error: it must
// be removed by hand.
func MissingAttributes(ctx context.Context, c client.Client, namespace string) (map[string]enumspb.IndexedValueType, error) {
	known, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return nil, fmt.Errorf("list the search attributes: %w", err)
	}
	missing := map[string]enumspb.IndexedValueType{}
	var wrong []string
	for name, want := range workflows.SearchAttributes() {
		have, ok := known.GetCustomAttributes()[name]
		switch {
		case !ok:
			missing[name] = want
		case have != want:
			wrong = append(wrong, fmt.Sprintf("%s is %s and must be %s", name, have, want))
		}
	}
	if len(wrong) > 0 {
		sort.Strings(wrong)
		return nil, fmt.Errorf("search attributes of another type stand in namespace %s, remove them: %s", namespace, strings.Join(wrong, "; "))
	}
	return missing, nil
}

func setRetention(ctx context.Context, c client.Client, namespace string) error {
	described, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace})
	if err != nil {
		return fmt.Errorf("read the namespace: %w", err)
	}
	if described.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration() >= retention {
		return nil
	}
	_, err = c.WorkflowService().UpdateNamespace(ctx, &workflowservice.UpdateNamespaceRequest{
		Namespace: namespace,
		Config:    &namespacepb.NamespaceConfig{WorkflowExecutionRetentionTtl: durationpb.New(retention)},
	})
	if err != nil {
		return fmt.Errorf("set the retention: %w", err)
	}
	return nil
}
