import { CONTENT_SECURITY_POLICY, STYLE } from './style.ts';
import { template } from './template.ts';

/** One file, complete in itself: no script, no request, readable from a disk. */
export const page = template<{ readonly title: string; readonly body: string }>(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY.replaceAll('"', '&quot;')}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title><%= it.title %></title>
<style>${STYLE}</style>
</head>
<body>
<main>
<%~ it.body %>
</main>
</body>
</html>
`);
