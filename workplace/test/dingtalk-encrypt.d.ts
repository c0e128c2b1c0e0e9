/** What of `dingtalk-encrypt` 1.2.3 is used here; it comes without types. */
declare module 'dingtalk-encrypt' {
  export default class DingTalkEncryptor {
    constructor(token: string, encodingAesKey: string, suiteKey: string)
    /** The plain text, one character for each byte. */
    getDecryptMsg(signature: string, timestamp: string, nonce: string, encrypt: string): string
    getEncryptedMap(
      plain: string,
      timestamp: number,
      nonce: string,
    ): { msg_signature: string; encrypt: string; timeStamp: string; nonce: string }
  }
}
