export const frame = {
  frame: {
    open: 'Open apps',
    switch: '{count} apps are open, tap to switch',
    closeOne: 'Close {app}',
    closeAll: 'Close all',
    slow: 'The app is slow to open; the network may be poor',
    silent: 'The app does not answer; it may be under maintenance',
    wait: 'Wait',
    notOurs: 'This page does not belong to the app. It can be opened in the browser',
    outside: 'Open in the browser',
  },
}
