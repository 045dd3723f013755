"""Generated sprite clips with exact labels: the attribute, action and direction grid."""
