import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Java's CertPathValidator as a judge. One question a line on stdin, fields by tabs: `chain`, certificates from below, the anchor last, CRLs;
 * or `list`, issuer, CRL. One answer a line on stdout.
 */
public final class Judge {
    private static CertificateFactory factory;

    public static void main(String[] none) throws Exception {
        factory = CertificateFactory.getInstance("X.509");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] fields = line.split("\t", -1);
            System.out.println((fields[0].equals("list") ? list(fields) : chain(fields)).replace('\n', ' '));
        }
    }

    private static X509Certificate certificate(String file) throws Exception {
        try (InputStream in = Files.newInputStream(Path.of(file))) { return (X509Certificate) factory.generateCertificate(in); }
    }

    private static X509CRL crl(String file) throws Exception {
        try (InputStream in = Files.newInputStream(Path.of(file))) { return (X509CRL) factory.generateCRL(in); }
    }

    private static String list(String[] fields) throws Exception {
        try {
            X509CRL crl = crl(fields[2]);
            crl.verify(certificate(fields[1]).getPublicKey());
            return crl.hasUnsupportedCriticalExtension() ? "critical extension" : "verified";
        } catch (Exception e) { return e.toString(); }
    }

    private static String chain(String[] fields) throws Exception {
        try {
            List<X509Certificate> path = new ArrayList<>();
            for (String file : fields[1].split(",")) path.add(certificate(file));
            X509Certificate anchor = path.size() == 1 ? path.get(0) : path.remove(path.size() - 1);
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
            List<X509CRL> crls = new ArrayList<>();
            for (String file : fields[2].split(",")) if (!file.isEmpty()) crls.add(crl(file));
            parameters.setRevocationEnabled(!crls.isEmpty());
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(crls)));
            CertPathValidator.getInstance("PKIX").validate(factory.generateCertPath(path), parameters);
            return "valid";
        } catch (CertPathValidatorException e) { return e.getReason() + ": " + e.getMessage(); } catch (Exception e) { return e.toString(); }
    }
}
