// Wakes the design system: error summaries and banners take the focus, buttons ignore the second of two clicks, the
// navigation folds on a phone. Without scripts every page works as it stands.
import { Button, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink, createAll } from "./govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const component of [Button, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink]) {
  createAll(component);
}
