/** Sends mail. Throws when the server cannot be reached or says no. */
export interface Mail {
  send(message: { to: string; subject: string; text: string }): Promise<void>
}
