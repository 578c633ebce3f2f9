// Only the module's existence: its types are those of whichever workerd runs.
declare module 'cloudflare:workers';
