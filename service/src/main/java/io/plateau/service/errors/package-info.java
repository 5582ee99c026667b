/**
 * How a failure is named, told to a caller and read by one: {@link
 * io.plateau.service.errors.PlateauException} inside, {@code google.rpc.Status} on the wire.
 *
 * <p>May import {@code request}, gRPC and protobuf; nothing else of ours.
 */
package io.plateau.service.errors;
