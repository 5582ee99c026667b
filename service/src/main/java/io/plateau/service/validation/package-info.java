/**
 * Enforces the rules that stand in the contract's protos.
 *
 * <p>May import {@code errors}, gRPC and protovalidate; nothing else of ours.
 */
package io.plateau.service.validation;
