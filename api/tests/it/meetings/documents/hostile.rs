//! Files that are refused, and that nothing of them stays.

use axum::body::Body;

use super::{
    entered,
    files::{docx, jpeg, odt, pdf, pdf_with_hidden, png, relations, xlsx},
    new, sends, stored,
};
use crate::{access::trace::Trace, meetings::invited, stage::Stage};

/// What is refused, by what it is called, with the reason.
fn bad() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let active = "ACTIVE_CONTENT";
    let script = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>";
    let escaped = b"<< /S /J#61vaScript /#4a#53 (app.alert\\(1\\)) >>";
    let outside = "TargetMode=\"External\"";
    let rels = |kind: &str, target: &str, mode: &str| relations(&[(kind, target, mode)]).into_bytes();
    let word = |inner: &str| format!("<w:document xmlns:w=\"w\">{inner}</w:document>").into_bytes();
    let document = |inner: &str| docx(&[("word/document.xml", &word(inner))]);
    let related = |kind: &str, target: &str, mode: &str| {
        docx(&[("word/_rels/document.xml.rels", &rels(kind, target, mode))])
    };
    let macros = docx(&[]);
    let bomb = vec![b' '; 80 << 20];
    let mut files = vec![
        ("a.pdf", active, pdf("/OpenAction 4 0 R", &[script])),
        ("a.pdf", active, pdf("/OpenAction 4 0 R", &[escaped])),
        (
            "a.pdf",
            active,
            pdf(
                "/Names << /EmbeddedFiles << /Names [(x) 4 0 R] >> >>",
                &[b"<< /Type /Filespec /EF << /F 5 0 R >> >>"],
            ),
        ),
        ("a.pdf", active, pdf("", &[b"<< /Type /Action /S /Launch /F (cmd.exe) >>"])),
        ("a.pdf", active, pdf("/AA << /WC 4 0 R >>", &[b"<< /S /GoTo >>"])),
        ("a.pdf", active, pdf("/OpenAction << /S /GoTo /Next 4 0 R >>", &[b"<< /S /Named >>"])),
        ("a.pdf", active, pdf("/OpenAction << /S /URI /URI (http://x) >>", &[])),
        ("a.pdf", active, pdf("/AcroForm << /XFA (x) >>", &[])),
        ("a.pdf", active, pdf("", &[b"<< /Type /Annot /Subtype /FileAttachment >>"])),
        ("a.pdf", active, pdf("", &[b"<< /S 5 0 R >>", b"/Launch"])),
        (
            "a.pdf",
            active,
            pdf_with_hidden("<< /JavaScript << /Names [(x) << /S /JavaScript /JS (1) >>] >> >>"),
        ),
        ("a.pdf", "MALFORMED", [pdf("", &[]), docx(&[])].concat()),
        ("a.pdf", "MALFORMED", pdf("", &[])[..60].to_vec()),
        ("a.pdf", "MALFORMED", b"%PDF-1.7\n%%EOF".to_vec()),
        ("a.docx", active, docx(&[("word/vbaProject.bin", b"x")])),
        ("a.docx", active, docx(&[("word/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0")])),
        ("a.docx", active, docx(&[("word/media/image1.png", b"MZ\x90")])),
        ("a.docx", active, docx(&[("word/x.exe", b"hello")])),
        ("a.docx", active, docx(&[("../../etc/passwd", b"<x/>")])),
        ("a.docx", active, related("attachedTemplate", "https://evil.example/t.dotm", outside)),
        ("a.docx", active, related("image", "https://evil.example/x.png", outside)),
        ("a.docx", active, related("hyperlink", "file:///c:/x.exe", outside)),
        ("a.docx", active, related("image", "\\\\evil\\x", "")),
        ("a.docx", active, related("oleObject", "x.bin", "")),
        ("a.docx", active, document("<w:fldSimple w:instr=\" DDEAUTO c:\\x \"/>")),
        (
            "a.docx",
            active,
            document("<w:p><w:fldChar/><w:instrText>D</w:instrText><w:instrText>DE x</w:instrText></w:p>"),
        ),
        (
            "a.docx",
            active,
            document(
                "<w:fldChar/><w:instrText>PAGE</w:instrText><w:fldChar/><w:instrText>&#68;DE x</w:instrText>",
            ),
        ),
        ("a.docx", active, document("<w:object><o:OLEObject xmlns:o=\"o\"/></w:object>")),
        (
            "a.docx",
            active,
            docx(&[(
                "word/document.xml",
                b"<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
            )]),
        ),
        ("a.docx", "MALFORMED", docx(&[("word/document.xml", b"<a><b></a>")])),
        ("a.docx", "MALFORMED", docx(&[("[Content_Types].xml", b"<Types/>")])),
        ("a.docx", "MALFORMED", [macros.clone(), b"more".to_vec()].concat()),
        (
            "a.docx",
            "TOO_LARGE",
            docx(&[("word/document.xml", &[b"<a>".to_vec(), bomb, b"</a>".to_vec()].concat())]),
        ),
        ("a.xlsx", active, xlsx(&[("xl/externalLinks/externalLink1.xml", b"<a/>")])),
        ("a.xlsx", active, xlsx(&[("xl/worksheets/sheet1.xml", b"<a><f>cmd|' /C calc'!A0</f></a>")])),
        ("a.odt", active, odt(&[("Basic/Standard/Module1.xml", b"<a/>")])),
        (
            "a.odt",
            active,
            odt(&[(
                "content.xml",
                b"<a xmlns:xlink=\"x\"><draw xlink:href=\"https://evil.example/x.png\"/></a>",
            )]),
        ),
        ("a.odt", active, odt(&[("content.xml", b"<a xmlns:s=\"x\"><s:event-listeners/></a>")])),
        ("a.odt", "MALFORMED", odt(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")])),
        ("a.png", "MALFORMED", [png(), b"MZ".to_vec()].concat()),
        ("a.jpg", "MALFORMED", [jpeg(), docx(&[])].concat()),
        ("a.jpg", "MALFORMED", jpeg()[..9].to_vec()),
        ("a.png", "MALFORMED", [b"GIF89a %PDF-1.7".to_vec(), png()].concat()),
        ("a.pdf", "MALFORMED", b"MZ program".to_vec()),
        // What it is called, against what it is.
        ("a.docx", "MALFORMED", pdf("", &[])),
        ("a.pdf.exe", "MALFORMED", pdf("", &[])),
        ("a.xlsx", "MALFORMED", docx(&[])),
        ("..%2F..%2Fetc%2Fpasswd", "MALFORMED", pdf("", &[])),
        ("a%00.pdf", "MALFORMED", pdf("", &[])),
        ("%E2%80%AEfdp.exe.pdf", "MALFORMED", pdf("", &[])),
        (".pdf", "MALFORMED", pdf("", &[])),
    ];
    files.dedup_by(|a, b| a == b);
    files
}

#[tokio::test]
async fn what_acts_by_itself_and_what_is_not_what_it_says_is_refused_and_nothing_is_stored() {
    let stage = Stage::set().await;
    let id = invited(&stage, &[]).await;
    entered(&stage, &id, &new("a.pdf", "GENERAL"), pdf("", &[])).await;
    let trace = Trace::of(&stage).await;
    let (before, there) = (trace.now(&stage).await, stored(&stage));
    for (at, (name, reason, bytes)) in bad().into_iter().enumerate() {
        let answer = sends(&stage, "mx.test.secretary", &id, &new(name, "GENERAL"), bytes).await;
        assert!(answer.text.contains(reason), "{at} {name} {reason}: {} {}", answer.status, answer.text);
        assert!(answer.status.is_client_error(), "{at} {name}: {}", answer.text);
        assert_eq!(trace.now(&stage).await, before, "{at} {name}");
        assert_eq!(stored(&stage), there, "{at} {name}");
    }
    let declared = stage.person("mx.test.secretary").asking().with("content-type", "image/png");
    let path = format!("/meetings/{id}/documents?{}", new("a.pdf", "GENERAL"));
    assert!(declared.sends_to(&path, pdf("", &[])).await.text.contains("MALFORMED"));
}

#[tokio::test]
async fn what_is_too_large_or_breaks_off_is_refused_and_leaves_nothing() {
    let stage = Stage::set().await;
    let id = invited(&stage, &[]).await;
    let (entries, there) = (stage.entries().await.len(), stored(&stage));
    let path = format!("/meetings/{id}/documents?{}", new("a.pdf", "GENERAL"));
    let asking = || stage.person("mx.test.secretary").asking().without("content-type");
    // 5 GB are refused by what is announced.
    let told = asking().with("content-length", "5368709120").sends_to(&path, Body::empty()).await;
    assert_eq!((told.status.as_u16(), told.code()), (413, "LIMITED"));
    let endless = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b' '; 1 << 20]));
    let told = asking().sends_to(&path, Body::from_stream(endless)).await;
    assert_eq!((told.status.as_u16(), told.code()), (413, "LIMITED"));
    let part = pdf("", &[])[..100].to_vec();
    let broken = futures::stream::iter([Ok(part), Err(std::io::Error::other("gone"))]);
    let told = asking().sends_to(&path, Body::from_stream(broken)).await;
    assert_eq!((told.status.as_u16(), told.code()), (400, "BAD_REQUEST"), "{}", told.text);
    assert_eq!(asking().sends_to(&path, Body::empty()).await.code(), "BAD_REQUEST");
    assert_eq!((stage.entries().await.len(), stored(&stage)), (entries, there));
}
