import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Produces `count` records "codec 0", "codec 1" … of about `bytes` bytes each, key "k", to partition 0 of the topic, with
 * Java's own client: brokers topic codec count bytes outcome. The outcome is `plain`, or `commit` or `abort` for a
 * transaction around them.
 */
public final class ProduceRecords {
  public static void main(String[] arguments) throws Exception {
    String topic = arguments[1];
    String codec = arguments[2];
    int count = Integer.parseInt(arguments[3]);
    int bytes = Integer.parseInt(arguments[4]);
    String outcome = arguments[5];
    Properties settings = new Properties();
    settings.put("bootstrap.servers", arguments[0]);
    settings.put("compression.type", codec);
    settings.put("acks", "all");
    // Large batches, so that a codec's own blocks and frames are several to a batch.
    settings.put("linger.ms", "1000");
    settings.put("batch.size", "900000");
    settings.put("max.request.size", "4000000");
    boolean transactional = !outcome.equals("plain");
    if (transactional) settings.put("transactional.id", topic + codec);
    ByteArraySerializer asIs = new ByteArraySerializer();
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, asIs, asIs)) {
      if (transactional) {
        producer.initTransactions();
        producer.beginTransaction();
      }
      for (int n = 0; n < count; n++) {
        String text = codec + " " + n;
        String value = text + " ".repeat(Math.max(0, bytes - text.length()));
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, 0, bytesOf("k"), bytesOf(value));
        record.headers().add("codec", bytesOf(codec));
        producer.send(record);
      }
      producer.flush();
      if (outcome.equals("commit")) producer.commitTransaction();
      if (outcome.equals("abort")) producer.abortTransaction();
    }
  }

  private static byte[] bytesOf(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
