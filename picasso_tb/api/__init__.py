"""HTTP: routes, schemas and their OpenAPI description."""
