import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AccountEntity } from '../credentials/account.entity.js';

/** A link into an account's portal. What its token grants is signed, not stored; here stands what can be taken back. */
@Entity({ name: 'portal_link' })
@Index('portal_link_account', ['accountId', 'id'])
@Index('portal_link_expiry', ['expiresAt'])
export class PortalLinkEntity {
  /** `lnk_` + ULID. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'portal_link_pkey' })
  id!: string;

  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  @ManyToOne(() => AccountEntity)
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'portal_link_account_fkey' })
  account!: Relation<AccountEntity>;

  /** The API key that asked for it: revoking that closes the link. */
  @Column({ name: 'key_id', type: 'text' })
  keyId!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;
}
