import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "build/", "src/api-types.ts"] },
  js.configs.recommended,
  {
    files: ["src/**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", name: "test", package: "node:test" }] },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/unbound-method": "off", // Lit calls the handlers of a template on its element.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    // Only api.ts talks to the server ...
    files: ["src/**/*.ts"],
    ignores: ["src/api.ts"],
    rules: {
      "no-restricted-globals": ["error", "fetch", "XMLHttpRequest", "EventSource", "WebSocket"],
      "no-restricted-properties": [
        "error",
        ...["window", "globalThis", "self"].map((object) => ({ object, property: "fetch" })),
      ],
    },
  },
  {
    // ... and of the elements only the whole tab knows what asks it; the others are given what they show.
    files: ["src/elements/*.ts"],
    ignores: ["src/elements/app.ts"],
    rules: {
      "no-restricted-imports": ["error", "../api", "../asker", "../controller", "../store"],
    },
  },
  {
    files: ["src/logic/*.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: ["lit*", "../*", "!../api-types"] }] },
  },
);
