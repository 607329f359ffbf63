// The first unpacked file of the single executable. Its loader is the ordinary one: that of the embedded file knows Node's modules only.
void import('./dist/src/cli.js')
