"""From what people said of the labels to a corrected file: the sheet read, checked, applied and remembered."""
