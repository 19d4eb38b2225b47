"""Bad annotations: labels that are missing, misspelt, contradicted or wrong."""
