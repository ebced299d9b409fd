import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import { AccountEntity } from '../credentials/account.entity.js';

/** A browser in which a portal link was opened, known by the hash of its session alone. */
@Entity({ name: 'portal_session' })
@Unique('portal_session_hash', ['hash'])
@Index('portal_session_link', ['accountId', 'linkId', 'id'])
@Index('portal_session_expiry', ['expiresAt'])
export class PortalSessionEntity {
  /** `ses_` + ULID; says nothing about the session. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'portal_session_pkey' })
  id!: string;

  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  @ManyToOne(() => AccountEntity)
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'portal_session_account_fkey' })
  account!: Relation<AccountEntity>;

  /** The API key that asked for the link. */
  @Column({ name: 'key_id', type: 'text' })
  keyId!: string;

  /** Null for a link that was made before links were stored. */
  @Column({ name: 'link_id', type: 'text', nullable: true })
  linkId!: string | null;

  /** SHA-256 of the session: enough for 256 random bits. */
  @Column({ type: 'bytea' })
  hash!: Buffer;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  /** Not later than its link. */
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
