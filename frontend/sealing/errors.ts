// Every way sealing refuses. Parsing bytes from outside throws these and nothing else.

/** Something about an envelope, a key, a link or a password was refused. */
export class SealingError extends Error {
  readonly code: string = "sealing";
}

/** A key, nonce, salt or id does not have the length its place asks for. */
export class KeyLengthError extends SealingError {
  override readonly code: string = "key_length";
}

/** The bytes are not those that were sealed, or the key is not theirs. */
export class EnvelopeDamaged extends SealingError {
  override readonly code: string = "envelope_damaged";
}

/** The bytes end before the envelope does. */
export class EnvelopeTruncated extends EnvelopeDamaged {
  override readonly code: string = "envelope_truncated";
}

/** The metadata was sealed with this key, but says something the format does not allow. */
export class MetadataInvalid extends SealingError {
  override readonly code: string = "metadata_invalid";
}

/** The text is not the one canonical base32 or base64url form of so many bytes. */
export class EncodingInvalid extends SealingError {
  override readonly code: string = "encoding_invalid";
}

/** The text is not a whole link; often its end was lost when it was copied. */
export class LinkInvalid extends SealingError {
  override readonly code: string = "link_invalid";
}

/** The link was made by a later version: update to open it. */
export class LinkTooNew extends SealingError {
  override readonly code: string = "link_too_new";
}

/** The password method was added by a later version: update to open the share. */
export class KdfUnknown extends SealingError {
  override readonly code: string = "kdf_unknown";
}

/** A password is 1 to 1024 bytes of well-formed text. */
export class PasswordInvalid extends SealingError {
  override readonly code: string = "password_invalid";
}

/** The stream has more chunks than its counter may count (2**32). */
export class StreamTooLong extends SealingError {
  override readonly code: string = "stream_too_long";
}

/** A sealer, opener or splitter was used again after it had finished or refused, or while it was working. */
export class StreamEnded extends SealingError {
  override readonly code: string = "stream_ended";
}
