import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What an operator does, with Java's own client: brokers, then any number of
 * `user name password` (for both SCRAM mechanisms), `allow principal operation type name` and `forget` with the same four.
 */
public final class Administer {
  public static void main(String[] arguments) throws Exception {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", arguments[0]);
    try (Admin admin = Admin.create(settings)) {
      for (int at = 1; at < arguments.length; ) {
        if (arguments[at].equals("user")) {
          for (ScramMechanism mechanism : List.of(ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512)) {
            ScramCredentialInfo info = new ScramCredentialInfo(mechanism, 4096);
            // One at a time: a request may name a user once.
            admin.alterUserScramCredentials(
                List.of(new UserScramCredentialUpsertion(arguments[at + 1], info, arguments[at + 2]))).all().get();
          }
          at += 3;
          continue;
        }
        AclOperation operation = AclOperation.fromString(arguments[at + 2].replaceAll("(?<=[a-z])(?=[A-Z])", "_"));
        AccessControlEntry entry =
            new AccessControlEntry(arguments[at + 1], "*", operation, AclPermissionType.ALLOW);
        ResourceType type = ResourceType.fromString(arguments[at + 3]);
        AclBinding binding =
            new AclBinding(new ResourcePattern(type, arguments[at + 4], PatternType.LITERAL), entry);
        if (arguments[at].equals("allow")) admin.createAcls(List.of(binding)).all().get();
        else admin.deleteAcls(List.of(binding.toFilter())).all().get();
        at += 5;
      }
    }
  }
}
