import type { Role } from '@sluice/contracts/base-commands';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { BaseEntity } from '../bases/base.entity.js';
import { BaseUserEntity } from './base-user.entity.js';

/** What a user is in a base. */
@Entity({ name: 'collaborator' })
@Index('collaborator_user', ['userId'])
export class CollaboratorEntity {
  @PrimaryColumn({ name: 'base_id', type: 'text', primaryKeyConstraintName: 'collaborator_pkey' })
  baseId!: string;

  @PrimaryColumn({ name: 'user_id', type: 'text', primaryKeyConstraintName: 'collaborator_pkey' })
  userId!: string;

  @ManyToOne(() => BaseEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'base_id', foreignKeyConstraintName: 'collaborator_base_fkey' })
  base!: Relation<BaseEntity>;

  @ManyToOne(() => BaseUserEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'collaborator_user_fkey' })
  user!: Relation<BaseUserEntity>;

  @Column({ type: 'text' })
  role!: Role;
}
